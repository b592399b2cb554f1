import Glibc
import Synchronization

/// The exclusive lock on a data directory: `flock` on `<directory>/lock`, held until released.
///
/// The kernel drops it when the process ends in whatever way, so a lock file left behind means nothing. The file is
/// never removed: that would let two processes lock two different files of the same name.
package final class DirectoryLock: Sendable {
    private let descriptor: Mutex<Int32?>
    /// Device and inode of the lock file, in hexadecimal: the same for every process that holds this lock, and for no other lock.
    let identity: String

    /// Makes the directory where it is missing, as ``Store`` does, and locks it: for work on the files of a database that nobody has open.
    ///
    /// - Throws: ``StoreError``.
    package static func preparing(_ directory: String) throws -> DirectoryLock {
        try DataDirectory.prepare(directory)
        return try DirectoryLock(directory: directory)
    }

    /// - Throws: ``StoreError/inUse(path:pid:)`` when somebody else holds it.
    init(directory: String) throws {
        let path = directory + "/lock"
        let fd = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard fd >= 0 else { throw StoreError.cannotOpen(path: path, reason: errnoText()) }
        guard flock(fd, LOCK_EX | LOCK_NB) == 0 else {
            let failure = errno
            defer { Glibc.close(fd) }
            if failure == EWOULDBLOCK { throw StoreError.inUse(path: directory, pid: Self.holder(fd)) }
            throw StoreError.cannotOpen(path: path, reason: errnoText(failure))
        }
        fchmod(fd, 0o600)
        ftruncate(fd, 0)
        let pid = Array("\(getpid())\n".utf8)
        _ = pid.withUnsafeBytes { pwrite(fd, $0.baseAddress, $0.count, 0) }
        var info = stat()
        fstat(fd, &info)
        identity = String(info.st_dev, radix: 16) + "-" + String(info.st_ino, radix: 16)
        descriptor = Mutex(fd)
    }

    /// Gives the directory free. Safe to call twice.
    package func release() {
        descriptor.withLock { held in
            guard let fd = held else { return }
            held = nil
            ftruncate(fd, 0)
            // Unlocked by name, since closing unlocks only when no child that was forked and has not yet run its program shares it.
            flock(fd, LOCK_UN)
            Glibc.close(fd)
        }
    }

    deinit { release() }

    private static func holder(_ fd: Int32) -> Int32? {
        var text = [UInt8](repeating: 0, count: 16)
        let n = text.withUnsafeMutableBytes { pread(fd, $0.baseAddress, $0.count, 0) }
        guard n > 0 else { return nil }
        return Int32(String(decoding: text[..<n].prefix { $0 != 10 }, as: UTF8.self))
    }
}

/// The text of an errno value.
func errnoText(_ code: Int32 = errno) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text)
}
