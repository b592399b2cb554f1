import PetaAdminAPI

/// Reads one HTTP/1.1 answer from bytes as they come (RFC 9112).
struct AnswerReader {
    enum Part {
        case head(ResponseHead)
        case body(ArraySlice<UInt8>)
        case end
    }

    struct Malformed: Error {}

    private enum State {
        case head
        case left(Int)
        case untilClose
        case chunkHead
        case chunk(Int)
        case chunkEnd
        case trailers
        case done
    }

    private var state = State.head
    private var partial: [UInt8] = []

    /// What these bytes bring, in order. Bytes behind the answer's end are an error: nothing was asked yet.
    mutating func take(_ bytes: ArraySlice<UInt8>) throws(Malformed) -> [Part] {
        var parts: [Part] = []
        var rest = bytes
        while !rest.isEmpty {
            switch state {
            case .done: throw Malformed()
            case .head:
                guard let line = try line(&rest, keeping: true) else { return parts }
                guard line.isEmpty else { continue }
                guard let head = ResponseHead(partial) else { throw Malformed() }
                partial = []
                // 1xx is not the answer yet (RFC 9110, 15.2).
                guard head.status >= 200 else { continue }
                parts.append(.head(head))
                switch head.framing {
                case .length(let count): state = count == 0 ? .done : .left(count)
                case .chunked: state = .chunkHead
                case .untilClose: state = .untilClose
                }
                if case .done = state { parts.append(.end) }
            case .left(let count):
                let piece = rest.prefix(count)
                rest = rest.dropFirst(piece.count)
                parts.append(.body(piece))
                state = piece.count == count ? .done : .left(count - piece.count)
                if case .done = state { parts.append(.end) }
            case .untilClose:
                parts.append(.body(rest))
                return parts
            case .chunk(let count):
                let piece = rest.prefix(count)
                rest = rest.dropFirst(piece.count)
                parts.append(.body(piece))
                state = piece.count == count ? .chunkEnd : .chunk(count - piece.count)
            case .chunkEnd:
                guard let line = try line(&rest) else { return parts }
                guard line.isEmpty else { throw Malformed() }
                state = .chunkHead
            case .chunkHead:
                guard let line = try line(&rest) else { return parts }
                let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
                guard digits.count <= 8, let count = Int(String(decoding: digits, as: UTF8.self), radix: 16), count >= 0 else {
                    throw Malformed()
                }
                state = count == 0 ? .trailers : .chunk(count)
            case .trailers:
                guard let line = try line(&rest) else { return parts }
                guard line.isEmpty else { continue }
                state = .done
                parts.append(.end)
            }
        }
        return parts
    }

    /// The connection was closed: whether the answer is whole with that.
    mutating func close() -> Bool {
        if case .untilClose = state {
            state = .done
            return true
        }
        if case .done = state { return true }
        return false
    }

    /// The next whole line without its end, or nil. With `keeping`, all lines so far stay in `partial`.
    private mutating func line(_ rest: inout ArraySlice<UInt8>, keeping: Bool = false) throws(Malformed) -> [UInt8]? {
        let end = rest.firstIndex(of: 0x0A)
        partial += rest[..<(end.map { $0 + 1 } ?? rest.endIndex)]
        rest = rest[(end.map { $0 + 1 } ?? rest.endIndex)...]
        guard partial.count <= ResponseHead.maximumBytes else { throw Malformed() }
        guard end != nil else { return nil }
        let start = keeping ? (partial.dropLast().lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) : 0
        var line = Array(partial[start..<(partial.count - 1)])
        if line.last == 0x0D { line.removeLast() }
        if !keeping { partial = [] }
        return line
    }
}
