internal import Glibc
internal import NIOCore

/// Cuts a byte stream into lines, bounded: a line over the limit is dropped while it comes, and only its first bytes
/// are kept, so that whoever waits for it can be told.
struct LineFramer {
    enum Line {
        case whole(ByteBuffer)
        /// A line over the limit began with these bytes.
        case tooLong(beginning: ByteBuffer)
    }

    private let limit: Int
    private var pending = ByteBuffer()
    private var searched = 0
    private var dropping = false

    /// Bytes that are kept of a line over the limit.
    private let kept: Int

    init(limit: Int, kept: Int = 256) {
        self.limit = limit
        self.kept = kept
    }

    mutating func push(_ bytes: ByteBuffer) {
        if pending.readableBytes == 0 {
            pending = bytes
            searched = 0
        } else {
            // What was read is dropped here: a stream that never pauses at a line's end must not keep all it ever said.
            if pending.readerIndex > 65536, pending.readerIndex > pending.readableBytes { pending.discardReadBytes() }
            pending.writeImmutableBuffer(bytes)
        }
    }

    /// The next line without its end, or nil until more bytes come.
    mutating func next() -> Line? {
        while true {
            let from = searched
            let end = pending.withUnsafeReadableBytes { bytes -> Int? in
                guard from < bytes.count, let base = bytes.baseAddress, let hit = memchr(base + from, 0x0A, bytes.count - from) else {
                    return nil
                }
                return UnsafeRawPointer(hit) - base
            }
            guard let end else {
                searched = pending.readableBytes
                if dropping {
                    pending = ByteBuffer()
                    searched = 0
                } else if pending.readableBytes > limit {
                    dropping = true
                    let beginning = pending.getSlice(at: pending.readerIndex, length: min(kept, pending.readableBytes)) ?? ByteBuffer()
                    let copy = ByteBuffer(bytes: beginning.readableBytesView)
                    pending = ByteBuffer()
                    searched = 0
                    return .tooLong(beginning: copy)
                }
                return nil
            }
            searched = 0
            guard var line = pending.readSlice(length: end) else { return nil }
            pending.moveReaderIndex(forwardBy: 1)
            if pending.readableBytes == 0 { pending = ByteBuffer() }
            if dropping {
                dropping = false
                continue
            }
            guard line.readableBytes <= limit else {
                return .tooLong(beginning: ByteBuffer(bytes: line.readableBytesView.prefix(kept)))
            }
            if line.readableBytesView.last == 0x0D { line.moveWriterIndex(to: line.writerIndex - 1) }
            if line.readableBytes > 0 { return .whole(line) }
        }
    }
}
