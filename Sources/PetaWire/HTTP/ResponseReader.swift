/// Reads HTTP/1.1 responses incrementally (RFC 9112): one `next` at a time, over the bytes that are there.
///
/// Bodies by `Content-Length`, by chunks, or up to the end of the connection. Ambiguous framing is malformed.
package struct ResponseReader: Sendable {
    /// What kind of body follows, as far as MCP cares.
    package enum BodyKind: Sendable { case json, eventStream, other }

    /// The head of a response.
    package struct Head: Sendable {
        /// Status code, 200 to 599 (interim responses are skipped).
        package var status = 0
        /// Length of the body where it was said.
        package var contentLength: Int?
        /// True if the body comes in chunks.
        package var chunked = false
        /// False if the server closes the connection after this response.
        package var keepAlive = true
        /// From `Content-Type`.
        package var kind = BodyKind.other
        /// `Mcp-Session-Id`, in the bytes that were passed to `next`.
        package var session = ByteRange.none
        /// `Retry-After` in seconds, where it was a number.
        package var retryAfter: Int?
    }

    /// What came next.
    package enum Event: Sendable {
        /// Nothing more can be read from these bytes.
        case needMore
        /// A head; its ranges count from the start of the bytes that were passed.
        case head(Head)
        /// A piece of the body.
        case body(ByteRange)
        /// The response is complete.
        case end
        /// Not HTTP as it should be: the connection must be closed.
        case malformed(String)
    }

    private enum State { case head, fixed(Int), chunkSize, chunk(Int), chunkEnd, trailers, untilClose, done }
    private var state = State.head
    private let headLimit: Int

    /// A reader for one response. Heads longer than `headLimit` bytes are malformed.
    package init(headLimit: Int = 32768) { self.headLimit = headLimit }

    /// True while the end of the connection is a legal end of the response.
    package var endsWithConnection: Bool { if case .untilClose = state { true } else { false } }

    /// Gives the next event and moves `offset` past what it has read.
    package mutating func next(_ bytes: UnsafeRawBufferPointer, offset: inout Int) -> Event {
        while true {
            if let event = step(bytes, &offset) { return event }
        }
    }

    /// Interim responses and lines of trailers that one response may have.
    private static let extraLimit = 100
    private var extras = 0
    private var closes = false

    /// One step; nil where it only led from one state to the next.
    private mutating func step(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> Event? {
        switch state {
        case .head: return readHead(bytes, &offset)
        case .fixed(let left):
            guard left > 0 else {
                state = .done
                return .end
            }
            let n = min(left, bytes.count - offset)
            guard n > 0 else { return .needMore }
            state = .fixed(left - n)
            return take(n, &offset)
        case .chunkSize: return readChunkSize(bytes, &offset)
        case .chunk(let left):
            let n = min(left, bytes.count - offset)
            guard n > 0 else { return .needMore }
            state = left == n ? .chunkEnd : .chunk(left - n)
            return take(n, &offset)
        case .chunkEnd:
            guard bytes.count - offset >= 2 else { return .needMore }
            guard bytes[offset] == 0x0D, bytes[offset + 1] == 0x0A else { return .malformed("a chunk does not end with CRLF") }
            offset += 2
            state = .chunkSize
            return nil
        case .trailers:
            guard let end = lineEnd(bytes, offset) else {
                return bytes.count - offset > headLimit ? .malformed("trailers are too long") : .needMore
            }
            guard end - offset <= headLimit else { return .malformed("trailers are too long") }
            let isEmpty = end == offset
            offset = end + 2
            guard !isEmpty else {
                state = .done
                return .end
            }
            extras += 1
            return extras > Self.extraLimit ? .malformed("too many trailers") : nil
        case .untilClose:
            let n = bytes.count - offset
            return n > 0 ? take(n, &offset) : .needMore
        case .done: return .end
        }
    }

    private func take(_ n: Int, _ offset: inout Int) -> Event {
        offset += n
        return .body(ByteRange(offset - n, offset))
    }

    private mutating func readChunkSize(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> Event? {
        guard let end = lineEnd(bytes, offset) else {
            return bytes.count - offset > 1024 ? .malformed("a chunk size is too long") : .needMore
        }
        guard end - offset <= 1024 else { return .malformed("a chunk size is too long") }
        var size = 0
        var digits = 0
        var i = offset
        while i < end, let digit = Self.hex(bytes[i]) {
            size = size << 4 | digit
            digits += 1
            i += 1
        }
        guard digits > 0, digits <= 8, i == end || bytes[i] == 0x3B || bytes[i] == 0x20 || bytes[i] == 0x09 else {
            return .malformed("a chunk size is no number")
        }
        offset = end + 2
        state = size == 0 ? .trailers : .chunk(size)
        return nil
    }

    private mutating func readHead(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> Event? {
        guard let end = headEnd(bytes, offset) else {
            return bytes.count - offset > headLimit ? .malformed("the head is too long") : .needMore
        }
        guard end - offset <= headLimit else { return .malformed("the head is too long") }
        var head = Head()
        var reader = HeadReader(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
        reader.offset = offset
        guard let version = statusLine(bytes, end, &reader, &head) else { return .malformed("no HTTP/1 status line") }
        head.keepAlive = version == 1
        while true {
            var name = ByteRange.none
            var value = ByteRange.none
            guard case .done = reader.lenientField(&name, &value) else { return .malformed("a field line is malformed") }
            if name.isEmpty { break }
            if let problem = take(name.slice(of: bytes), value, bytes, &head) { return .malformed(problem) }
        }
        offset = end
        if head.status < 200 {
            extras += 1
            return head.status == 101 || extras > Self.extraLimit ? .malformed("interim responses that nobody asked for") : nil
        }
        guard !(head.chunked && head.contentLength != nil) else { return .malformed("two ways to frame the body") }
        if head.status == 204 || head.status == 304 {
            state = .fixed(0)
        } else if head.chunked {
            state = .chunkSize
        } else if let length = head.contentLength {
            state = .fixed(length)
        } else {
            state = .untilClose
            head.keepAlive = false
        }
        return .head(head)
    }

    /// The minor version, or nil.
    private func statusLine(_ bytes: UnsafeRawBufferPointer, _ end: Int, _ reader: inout HeadReader, _ head: inout Head) -> Int? {
        let from = reader.offset
        guard let eol = lineEnd(bytes, from), eol - from >= 12, eol < end else { return nil }
        guard UnsafeRawBufferPointer(rebasing: bytes[from..<from + 7]).equals("HTTP/1."), bytes[from + 8] == 0x20 else { return nil }
        let minor = Int(bytes[from + 7]) - 0x30
        guard minor == 0 || minor == 1 else { return nil }
        for i in from + 9..<from + 12 {
            guard bytes[i] &- 0x30 < 10 else { return nil }
            head.status = head.status * 10 + Int(bytes[i] &- 0x30)
        }
        guard head.status >= 100, head.status < 600, eol == from + 12 || bytes[from + 12] == 0x20 else { return nil }
        // A line end that is none would hide the fields behind it in the reason.
        for i in from + 12..<eol where bytes[i] < 0x20 && bytes[i] != 0x09 { return nil }
        reader.offset = eol + 2
        return minor
    }

    private mutating func take(_ name: UnsafeRawBufferPointer, _ range: ByteRange, _ bytes: UnsafeRawBufferPointer, _ head: inout Head)
        -> String?
    {
        let value = range.slice(of: bytes)
        switch name.count {
        case 10:
            if name.equalsIgnoringCase("connection") {
                // A list (RFC 9110, section 7.6.1); close wins over all else.
                for option in value.split(separator: 0x2C) {
                    let word = UnsafeRawBufferPointer(
                        rebasing: option.drop { $0 == 0x20 || $0 == 0x09 }.prefix { $0 != 0x20 && $0 != 0x09 })
                    if word.equalsIgnoringCase("close") { closes = true }
                    if word.equalsIgnoringCase("keep-alive") { head.keepAlive = true }
                }
                if closes { head.keepAlive = false }
            }
        case 11:
            if name.equalsIgnoringCase("retry-after") { head.retryAfter = Self.decimal(value) }
        case 12:
            if name.equalsIgnoringCase("content-type") {
                let type = UnsafeRawBufferPointer(rebasing: value.prefix { $0 != 0x3B && $0 != 0x20 && $0 != 0x09 })
                head.kind =
                    type.equalsIgnoringCase("application/json")
                    ? .json : type.equalsIgnoringCase("text/event-stream") ? .eventStream : .other
            }
        case 14:
            if name.equalsIgnoringCase("content-length") {
                guard let length = Self.decimal(value), head.contentLength == nil || head.contentLength == length else {
                    return "Content-Length is not one number"
                }
                head.contentLength = length
            } else if name.equalsIgnoringCase("mcp-session-id") {
                head.session = range
            }
        case 16:
            if name.equalsIgnoringCase("content-encoding"), !value.equalsIgnoringCase("identity") {
                return "a content coding nobody asked for"
            }
        case 17:
            if name.equalsIgnoringCase("transfer-encoding") {
                guard value.equalsIgnoringCase("chunked"), !head.chunked else { return "an unknown transfer coding" }
                head.chunked = true
            }
        default: break
        }
        return nil
    }

    private static func decimal(_ text: UnsafeRawBufferPointer) -> Int? {
        guard text.count > 0, text.count <= 15 else { return nil }
        var value = 0
        for byte in text {
            guard byte &- 0x30 < 10 else { return nil }
            value = value * 10 + Int(byte &- 0x30)
        }
        return value
    }

    private static func hex(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: return Int(byte &- 0x30)
        case 0x41...0x46, 0x61...0x66: return Int((byte | 0x20) &- 0x61) + 10
        default: return nil
        }
    }

    /// Offset of the CRLF of the line at `from`.
    private func lineEnd(_ bytes: UnsafeRawBufferPointer, _ from: Int) -> Int? {
        var i = from
        while i + 1 < bytes.count {
            if bytes[i] == 0x0D, bytes[i + 1] == 0x0A { return i }
            i += 1
        }
        return nil
    }

    /// Offset behind the empty line that ends the head at `from`.
    private func headEnd(_ bytes: UnsafeRawBufferPointer, _ from: Int) -> Int? {
        var i = from
        while i + 3 < bytes.count {
            if bytes[i + 3] > 0x0D {
                i += 4
                continue
            }
            if bytes[i] == 0x0D, bytes[i + 1] == 0x0A, bytes[i + 2] == 0x0D, bytes[i + 3] == 0x0A { return i + 4 }
            i += 1
        }
        return nil
    }
}
