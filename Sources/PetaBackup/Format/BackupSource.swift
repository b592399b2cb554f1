import Glibc

/// Where the bytes of a backup come from. One owner, one thread at a time.
package final class BackupSource {
    /// Fills a buffer as read(2) does; 0 at the end.
    package typealias Read = (UnsafeMutableRawBufferPointer) throws -> Int

    private let fill: Read
    /// Bytes that were read.
    package private(set) var position: Int64 = 0

    package init(_ fill: @escaping Read) { self.fill = fill }

    /// Reads an open descriptor from where it stands.
    ///
    /// - Parameters:
    ///   - progress: told the position, now and then.
    ///   - awaits: asked before each read, and may wait for what there is to read; once it is false, reading ends with `CancellationError`.
    package convenience init(descriptor: Int32, progress: @escaping (Int64) -> Void, awaits: @escaping () -> Bool) {
        var total: Int64 = 0
        self.init { buffer in
            while true {
                guard awaits() else { throw CancellationError() }
                let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                if count >= 0 {
                    total += Int64(count)
                    progress(total)
                    return count
                }
                guard errno == EINTR else {
                    throw BackupError.unreadable(reason: strerror(errno).map { String(cString: $0) } ?? "error \(errno)")
                }
            }
        }
    }

    /// So many bytes, or fewer where the source ends.
    func read(upTo count: Int) throws -> [UInt8] {
        var done = 0
        let bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while done < count {
                let got = try fill(UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[done...]))
                if got == 0 { break }
                done += got
            }
            initialized = done
        }
        position += Int64(done)
        return bytes
    }
}
