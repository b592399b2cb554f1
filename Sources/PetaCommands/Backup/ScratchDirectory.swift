import Glibc
import PetaAdminAPI

/// A directory for a database that is looked through and not kept. A process that is killed cannot remove it, so the next one does.
struct ScratchDirectory {
    let path: String
    /// Locked as long as it is in use.
    private let descriptor: Int32

    private static let prefix = "peta-verify-"
    /// Younger ones may be of somebody who has not locked it yet, in seconds.
    private static let youth = 60

    /// - Parameter wish: where to; what is no absolute path is not taken, /var/tmp is.
    init(in wish: String?) throws {
        let place = wish.flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/var/tmp"
        Self.sweep(place)
        var template = Array((place + "/" + Self.prefix + "XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw Self.problem(place, errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let number = errno
            rmdir(path)
            throw Self.problem(place, number)
        }
        // Where it cannot be locked, it can be taken for one that was left behind; that is as good as it gets.
        _ = flock(descriptor, LOCK_EX | LOCK_NB)
    }

    private static func problem(_ place: String, _ number: Int32) -> AdminError {
        AdminError(
            .failed, "no directory for the database can be made in \(place): \(String(cString: strerror(number)))",
            hint: "Set TMPDIR to a directory where this user may write, with room for all of the database.")
    }

    /// Removes it with what is in it.
    func remove() {
        Self.empty(descriptor)
        rmdir(path)
        close(descriptor)
    }

    /// Removes what others of this user left behind. What cannot be removed stays: it is nobody's task here.
    private static func sweep(_ place: String) {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(place + "/" + prefix + "*", GLOB_NOSORT, nil, &found) == 0 else { return }
        for index in 0..<Int(found.gl_pathc) {
            guard let path = found.gl_pathv[index] else { continue }
            let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_uid == geteuid(), time(nil) - status.st_mtim.tv_sec > youth,
                flock(descriptor, LOCK_EX | LOCK_NB) == 0
            else { continue }
            empty(descriptor)
            rmdir(path)
        }
    }

    /// Removes the files of a database, and nothing else.
    private static func empty(_ directory: Int32) {
        for name in ["peta.db", "peta.db-wal", "peta.db-shm", "peta.db-journal"] { unlinkat(directory, name, 0) }
    }
}
