import CPetaShim
import Glibc

/// What a restore does to the disk, step by step: each can fail, and the process can end before each.
package struct RestoreDisk {
    /// Called before each step with its name; what it throws is what the step failed with. For tests.
    package var before: (String) throws -> Void

    package init(before: @escaping (String) throws -> Void = { _ in }) { self.before = before }

    /// Whether something stands at a path.
    static func exists(_ path: String) -> Bool {
        var status = peta_file()
        return peta_file_status(path, 0, &status) == 0
    }

    func makeDirectory(_ path: String) throws {
        try before("mkdir \(path)")
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure(path) }
    }

    func rename(_ path: String, to other: String) throws {
        try before("rename \(path)")
        guard Glibc.rename(path, other) == 0 else { throw failure(other) }
    }

    /// Removes a file; one that is not there is removed already.
    func remove(_ path: String) throws {
        try before("unlink \(path)")
        guard unlink(path) == 0 || errno == ENOENT else { throw failure(path) }
    }

    /// Removes a directory with the files in it.
    func removeDirectory(_ path: String) throws {
        guard Self.exists(path) else { return }
        for name in Self.names(path) { try remove(path + "/" + name) }
        try before("rmdir \(path)")
        guard rmdir(path) == 0 || errno == ENOENT else { throw failure(path) }
    }

    /// Brings a file or the names of a directory onto the disk.
    func sync(_ path: String) throws {
        try before("sync \(path)")
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    /// Writes a small file whole, or not at all.
    func write(_ bytes: [UInt8], to path: String) throws {
        let fresh = path + ".new"
        try remove(fresh)
        let descriptor = try create(fresh)
        do {
            defer { close(descriptor) }
            try bytes.withUnsafeBytes { try write($0, to: descriptor, fresh) }
        }
        try sync(fresh)
        try rename(fresh, to: path)
    }

    /// A new file that only its owner may read.
    func create(_ path: String) throws -> Int32 {
        try before("create \(path)")
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        return descriptor
    }

    func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, _ path: String) throws {
        try before("write \(path)")
        var done = 0
        while done < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
            if count > 0 {
                done += count
            } else if errno != EINTR {
                throw failure(path)
            }
        }
    }

    /// Root works for the directory's owner: what it makes there is the owner's.
    func giveToOwner(of directory: String, _ path: String) throws {
        guard geteuid() == 0 else { return }
        try before("chown \(path)")
        var status = peta_file()
        guard peta_file_status(directory, 1, &status) == 0 else { throw failure(directory) }
        guard lchown(path, status.uid, status.gid) == 0 else { throw failure(path) }
    }

    /// Bytes that are free for this user on the disk of a directory.
    static func free(_ directory: String) -> Int64? {
        var info = statvfs()
        guard statvfs(directory, &info) == 0 else { return nil }
        return Int64(clamping: UInt64(info.f_bavail) * UInt64(info.f_frsize))
    }

    static func names(_ directory: String) -> [String] {
        guard let open = opendir(directory) else { return [] }
        defer { closedir(open) }
        var names: [String] = []
        while let entry = readdir(open) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private func failure(_ path: String) -> BackupError {
        let code = errno
        return .cannotWrite(path: path, reason: strerror(code).map { String(cString: $0) } ?? "error \(code)")
    }
}
