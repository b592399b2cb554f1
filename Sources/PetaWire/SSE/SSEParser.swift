import Glibc

/// Reads a `text/event-stream` piece by piece (WHATWG HTML, 9.2.6), however the pieces were cut.
///
/// An event is handed out when the empty line after it has come; one that the end of the stream cuts off never is.
/// Differs from browsers in one thing: an event without data is handed out too when it has any field, since its `id`
/// counts for resuming. Memory is bounded by the two limits; past one the parser fails, gives its memory back, and
/// fails on every later call, or, if it skips, hands out the beginning of the event and goes on behind it.
package struct SSEParser: Sendable {
    /// A limit was passed.
    package enum Failure: Error, Equatable, Sendable {
        case lineTooLong(limit: Int)
        case eventTooLarge(limit: Int)

        /// The failure in plain words.
        package var message: String {
            switch self {
            case .lineTooLong(let limit): "a line of the event stream is longer than \(limit) bytes"
            case .eventTooLarge(let limit): "the data of one event is larger than \(limit) bytes"
            }
        }
    }

    private let maxLine: Int
    private let maxEvent: Int
    private let skips: Bool
    /// Inside a line over the limit, of which nothing more is kept.
    private var isSkipping = false
    private var failure: Failure?
    /// The line that the last piece left unfinished.
    private var line: [UInt8] = []
    private var event = SSEEvent()
    private var hasFields = false
    private var hasData = false
    private var isFirstLine = true
    /// The last piece ended in CR: an LF at the start of the next belongs to it.
    private var skipsLineFeed = false

    /// The last `id` that an event handed out had; what to send as `Last-Event-ID`.
    package private(set) var lastEventID: String?

    /// Bytes that are kept of the data of an event over a limit.
    package static let kept = 256

    /// Makes a parser. `maxLine` bounds one line, `maxEvent` the data of one event, both in bytes; `skips` says that what is over a limit
    /// spoils only its own event.
    package init(maxLine: Int = 16 << 20, maxEvent: Int = 16 << 20, skips: Bool = false) {
        self.skips = skips
        self.maxLine = maxLine
        self.maxEvent = maxEvent
    }

    /// True while an event has been begun but not ended: a stream that ends now has lost it.
    package var isInsideEvent: Bool { hasFields || !line.isEmpty }

    /// Takes the next bytes and returns the events that they complete.
    package mutating func push(_ bytes: UnsafeRawBufferPointer) throws(Failure) -> [SSEEvent] {
        var events: [SSEEvent] = []
        try push(bytes) { events.append($0) }
        return events
    }

    /// Takes the next bytes and calls `emit` for each event that they complete, in order. Events that came before
    /// the one that breaks a limit have been handed out when this throws.
    package mutating func push(_ bytes: UnsafeRawBufferPointer, _ emit: (SSEEvent) -> Void) throws(Failure) {
        if let failure { throw failure }
        do throws(Failure) {
            try consume(bytes, emit)
        } catch {
            failure = error
            line = []
            event = SSEEvent()
            hasFields = false
            throw error
        }
    }

    private mutating func consume(_ bytes: UnsafeRawBufferPointer, _ emit: (SSEEvent) -> Void) throws(Failure) {
        guard let base = bytes.baseAddress else { return }
        let end = bytes.count
        var position = 0
        // Where the next LF is, looked for once: lines that end in CR must not make every search reach to the far end.
        var lineFeed = -1
        while position < end {
            if skipsLineFeed {
                skipsLineFeed = false
                if bytes[position] == 0x0A {
                    position += 1
                    continue
                }
            }
            if lineFeed < position { lineFeed = Self.find(0x0A, in: base, from: position, to: end) }
            let stop = Self.find(0x0D, in: base, from: position, to: lineFeed)
            let piece = UnsafeRawBufferPointer(start: base + position, count: stop - position)
            if line.count + piece.count > maxLine, !isSkipping {
                guard skips else { throw .lineTooLong(limit: maxLine) }
                skip(Array(line.prefix(Self.kept + 16)) + Array(piece.prefix(Self.kept + 16)))
            }
            guard stop < end else {
                if !isSkipping { line.append(contentsOf: piece) }
                return
            }
            skipsLineFeed = bytes[stop] == 0x0D
            position = stop + 1
            if isSkipping {
                isSkipping = false
                continue
            }
            if line.isEmpty {
                try take(line: piece, emit)
            } else {
                line.append(contentsOf: piece)
                let whole = line
                line.removeAll(keepingCapacity: true)
                if line.capacity > 1 << 16 { line = [] }
                try take(line: whole, emit)
            }
        }
    }

    /// A line that began like this is over the limit: the rest of it is skipped. Only data is missed.
    private mutating func skip(_ beginning: [UInt8]) {
        line = []
        isSkipping = true
        let field = Array("data:".utf8)
        if beginning.starts(with: field) { cut(beginning.dropFirst(field.count).drop { $0 == 0x20 }) }
    }

    /// The event has more data than the limit: it ends with these bytes.
    private mutating func cut(_ rest: some Sequence<UInt8>) {
        event.data = Array(event.data.prefix(Self.kept))
        for byte in rest {
            guard event.data.count < Self.kept else { break }
            event.data.append(byte)
        }
        event.isCut = true
        hasFields = true
    }

    private mutating func take(line: [UInt8], _ emit: (SSEEvent) -> Void) throws(Failure) {
        let result = line.withUnsafeBytes { (bytes) -> Result<Void, Failure> in
            do throws(Failure) { return .success(try take(line: bytes, emit)) } catch { return .failure(error) }
        }
        try result.get()
    }

    private mutating func take(line whole: UnsafeRawBufferPointer, _ emit: (SSEEvent) -> Void) throws(Failure) {
        var line = whole
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line = UnsafeRawBufferPointer(rebasing: line.dropFirst(3)) }
        }
        guard !line.isEmpty else { return dispatch(emit) }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.count
        guard colon > 0 else { return }
        var value = line.dropFirst(colon + 1)
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        try take(field: line[..<colon], value: value)
    }

    private mutating func take(field: Slice<UnsafeRawBufferPointer>, value: Slice<UnsafeRawBufferPointer>) throws(Failure) {
        if field.elementsEqual("data".utf8) {
            guard !event.isCut else { return }
            guard event.data.count + (hasData ? 1 : 0) + value.count <= maxEvent else {
                guard skips else { throw .eventTooLarge(limit: maxEvent) }
                return cut(value)
            }
            if hasData { event.data.append(0x0A) }
            event.data.append(contentsOf: UnsafeRawBufferPointer(rebasing: value))
            hasData = true
        } else if field.elementsEqual("event".utf8) {
            event.name = value.isEmpty ? nil : String(decoding: value, as: UTF8.self)
        } else if field.elementsEqual("id".utf8) {
            guard !value.contains(0) else { return }
            event.id = String(decoding: value, as: UTF8.self)
        } else if field.elementsEqual("retry".utf8) {
            guard (1...15).contains(value.count), value.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) else { return }
            event.retry = value.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        } else {
            return
        }
        hasFields = true
    }

    private mutating func dispatch(_ emit: (SSEEvent) -> Void) {
        guard hasFields else { return }
        let done = event
        event = SSEEvent()
        hasFields = false
        hasData = false
        if let id = done.id { lastEventID = id }
        emit(done)
    }

    /// The offset of `byte`, or `end`.
    private static func find(_ byte: Int32, in base: UnsafeRawPointer, from start: Int, to end: Int) -> Int {
        guard start < end, let found = memchr(base + start, byte, end - start) else { return end }
        return UnsafeRawPointer(found) - base
    }
}
