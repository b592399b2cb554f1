import Glibc

/// A file to which anchors are added, a line for each.
///
/// It is opened for each line and only ever added to, so that it may be append-only (`chattr +a`), on another machine, and rotated like a log.
package struct AnchorFile: AnchorPlace {
    private let path: String

    package init(path: String) { self.path = path }

    package var description: String { "the file \(path)" }

    package func put(_ anchor: AuditAnchor) async throws(AnchorFailure) {
        // Off the pool of tasks: the file may be on a machine that does not answer.
        let result = try? await WorkerThread.value(name: "audit-anchor") { Result { () throws(AnchorFailure) in try add(anchor) } }
        guard let result else { throw AnchorFailure("cannot write to \(path): there is no thread to be had") }
        try result.get()
    }

    private func add(_ anchor: AuditAnchor) throws(AnchorFailure) {
        // Not blocking: a pipe that nobody reads must not hold everything up.
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o600)
        guard descriptor >= 0 else { throw AnchorFailure("cannot write to \(path): \(Self.words(errno))") }
        defer { close(descriptor) }
        var line = Array((anchor.line + "\n").utf8)
        if Self.endsInside(path) { line.insert(0x0A, at: 0) }
        let written = write(descriptor, line, line.count)
        guard written == line.count else {
            throw AnchorFailure("cannot write to \(path): \(written < 0 ? Self.words(errno) : "the disk is full")")
        }
        // A file system that cannot do it says so; the line is there all the same.
        if fdatasync(descriptor) != 0, errno != EINVAL, errno != EROFS {
            throw AnchorFailure("cannot write to \(path): \(Self.words(errno))")
        }
    }

    /// The newest anchor in the file; nil where there is none.
    package func newest() -> AuditAnchor? {
        let tail = Self.tail(path, 4096)
        return String(decoding: tail, as: UTF8.self).split(separator: "\n").reversed().lazy.compactMap { AuditAnchor(line: $0) }.first
    }

    /// A line that was cut by a full disk or a crash must not swallow the next one.
    private static func endsInside(_ path: String) -> Bool {
        let tail = tail(path, 1)
        return tail.count == 1 && tail[0] != 0x0A
    }

    private static func tail(_ path: String, _ most: Int) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        let size = lseek(descriptor, 0, SEEK_END)
        guard size > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: min(most, size))
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, max(0, size - most)) }
        return count > 0 ? Array(bytes.prefix(count)) : []
    }

    private static func words(_ code: Int32) -> String { String(cString: strerror(code)) }
}
