import Glibc

/// Cuts what a client writes into lines, without ever waiting for it.
struct LineReader {
    enum Line {
        case text([UInt8])
        /// A line that was longer than the limit; it is gone.
        case tooLong
    }

    private let descriptor: Int32
    private let limit: Int
    private var partial: [UInt8] = []
    private var isSkipping = false
    /// Nothing more will come.
    private(set) var hasEnded = false

    init(_ descriptor: Int32, limit: Int) {
        self.descriptor = descriptor
        self.limit = limit
    }

    /// Reads once and gives the lines that are whole; empty ones are left out. Only when the descriptor is readable: otherwise it waits.
    mutating func read() -> [Line] {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(descriptor, &chunk, chunk.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return [] }
        guard count > 0 else {
            hasEnded = true
            return finish()
        }
        var lines: [Line] = []
        var rest = chunk[..<count]
        while let end = rest.firstIndex(of: 0x0A) {
            append(rest[..<end])
            rest = rest[(end + 1)...]
            lines += finish()
        }
        append(rest)
        return lines
    }

    private mutating func append(_ bytes: ArraySlice<UInt8>) {
        guard !isSkipping else { return }
        partial += bytes
        if partial.count > limit {
            partial = []
            isSkipping = true
        }
    }

    private mutating func finish() -> [Line] {
        defer {
            partial = []
            isSkipping = false
        }
        if isSkipping { return [.tooLong] }
        if partial.last == 0x0D { partial.removeLast() }
        return partial.allSatisfy { $0 == 0x20 || $0 == 0x09 } ? [] : [.text(partial)]
    }
}
