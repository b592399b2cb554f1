import Glibc

/// Lines from a descriptor, handed out where they lie in the buffer. A line longer than the limit is dropped as it
/// arrives, so that memory stays bounded, and reported once.
struct LineReader {
    /// What was found.
    enum Line {
        /// A line without its end; valid only during the call.
        case text(UnsafeRawBufferPointer)
        /// A line over the limit was dropped.
        case tooLong
    }

    private static let usual = 64 << 10

    private let descriptor: Int32
    private let limit: Int
    private var buffer: [UInt8]
    private var start = 0
    private var end = 0
    private var searched = 0
    private var dropping = false

    init(descriptor: Int32, limit: Int) {
        self.descriptor = descriptor
        self.limit = limit
        buffer = [UInt8](repeating: 0, count: Self.usual)
    }

    /// Waits for bytes and hands out each whole line among them. False at the end of the input; what follows the
    /// last line end is then no message, and dropped. An error of `read` counts as the end.
    mutating func read(_ body: (Line) -> Void) -> Bool {
        makeRoom()
        let space = end..<buffer.count
        var count = -1
        repeat {
            count = buffer.withUnsafeMutableBytes {
                Glibc.read(descriptor, UnsafeMutableRawBufferPointer(rebasing: $0[space]).baseAddress, space.count)
            }
        } while count < 0 && errno == EINTR
        guard count > 0 else { return false }
        end += count
        deliver(body)
        return true
    }

    private mutating func deliver(_ body: (Line) -> Void) {
        while let newline = nextNewline() {
            if dropping {
                dropping = false
                body(.tooLong)
            } else {
                var last = newline
                if last > start, buffer[last - 1] == UInt8(ascii: "\r") { last -= 1 }
                buffer.withUnsafeBytes { body(.text(UnsafeRawBufferPointer(rebasing: $0[start..<last]))) }
            }
            start = newline + 1
            searched = start
        }
        searched = end
        if dropping || end - start > limit {
            dropping = true
            (start, end, searched) = (0, 0, 0)
        }
    }

    private func nextNewline() -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard searched < end, let base = bytes.baseAddress, let found = memchr(base + searched, 0x0A, end - searched) else {
                return nil
            }
            return UnsafeRawPointer(found) - base
        }
    }

    private mutating func makeRoom() {
        if start == end {
            (start, end, searched) = (0, 0, 0)
            // One long message is no reason to keep its memory for good.
            if buffer.count > Self.usual * 16 { buffer = [UInt8](repeating: 0, count: Self.usual) }
        }
        guard end == buffer.count else { return }
        // Doubled unless most of it has been handed out already.
        let room = [UInt8](repeating: 0, count: start > buffer.count / 2 ? buffer.count : buffer.count * 2)
        let old = buffer
        buffer = room
        buffer.withUnsafeMutableBytes { new in
            old.withUnsafeBytes { new.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<end])) }
        }
        (start, end, searched) = (0, end - start, searched - start)
    }
}
