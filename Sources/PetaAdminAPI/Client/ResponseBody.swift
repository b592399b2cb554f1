/// Takes the body of one answer off a connection, whatever its framing, piece by piece.
struct ResponseBody {
    private enum State {
        case left(Int)
        case untilClose
        case chunkHead
        case chunk(Int)
        case chunkEnd
        case trailers
        case done
    }

    private let connection: UnixConnection
    private var state: State

    init(_ framing: ResponseHead.Framing, on connection: UnixConnection) {
        self.connection = connection
        state =
            switch framing {
            case .length(let count): count == 0 ? .done : .left(count)
            case .chunked: .chunkHead
            case .untilClose: .untilClose
            }
    }

    /// The next piece; nil at the end of the body, or when nobody reads `watching` any more.
    mutating func next(timeoutSeconds: Int?, watching output: Int32? = nil) throws(AdminError) -> [UInt8]? {
        while true {
            switch state {
            case .done:
                return nil
            case .left(let count):
                if let piece = piece(count) {
                    state = piece.count == count ? .done : .left(count - piece.count)
                    return piece
                }
            case .untilClose:
                if let piece = piece(.max) { return piece }
            case .chunk(let count):
                if let piece = piece(count) {
                    state = piece.count == count ? .chunkEnd : .chunk(count - piece.count)
                    return piece
                }
            case .chunkEnd:
                if let line = line() {
                    guard line.isEmpty else { throw Self.malformed }
                    state = .chunkHead
                    continue
                }
            case .chunkHead:
                if let line = line() {
                    let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
                    guard digits.count <= 8, let count = Int(String(decoding: digits, as: UTF8.self), radix: 16), count >= 0 else {
                        throw Self.malformed
                    }
                    state = count == 0 ? .trailers : .chunk(count)
                    continue
                }
            case .trailers:
                if let line = line() {
                    if line.isEmpty { state = .done }
                    continue
                }
            }
            guard connection.pending.count <= ResponseHead.maximumBytes else { throw Self.malformed }
            switch try connection.fill(timeoutSeconds: timeoutSeconds, watching: output) {
            case .more: continue
            case .nobodyReads: return nil
            case .end:
                guard case .untilClose = state else { throw connection.lost() }
                state = .done
            }
        }
    }

    private func piece(_ most: Int) -> [UInt8]? {
        let pending = connection.pending
        guard !pending.isEmpty else { return nil }
        let piece = Array(pending.prefix(most))
        connection.take(piece.count)
        return piece
    }

    private func line() -> [UInt8]? {
        let pending = connection.pending
        guard let end = pending.firstIndex(of: 0x0A) else { return nil }
        var line = Array(pending[..<end])
        connection.take(line.count + 1)
        if line.last == 0x0D { line.removeLast() }
        return line
    }

    static let malformed = AdminError(.internal, "the gateway's answer is not HTTP", hint: "Is this the socket of another program?")
}
