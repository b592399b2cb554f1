import Glibc

/// Makes and checks the directory and the database file, with modes that do not depend on the umask.
enum DataDirectory {
    /// Creates `path` with mode 0700, and what is missing above it, or checks what is there.
    ///
    /// An empty directory of ours is tightened to 0700. One that holds something is left as it is, but refused when
    /// others may write to it: they could swap the database for theirs.
    static func prepare(_ path: String) throws {
        for end in path.indices.dropFirst() where path[end] == "/" { mkdir(String(path[..<end]), 0o700) }
        if mkdir(path, 0o700) == 0 {
            guard chmod(path, 0o700) == 0 else { throw StoreError.cannotOpen(path: path, reason: errnoText()) }
            return
        }
        guard errno == EEXIST else { throw StoreError.cannotOpen(path: path, reason: errnoText()) }
        var info = stat()
        guard stat(path, &info) == 0 else { throw StoreError.cannotOpen(path: path, reason: errnoText()) }
        guard info.st_mode & S_IFMT == S_IFDIR else { throw StoreError.cannotOpen(path: path, reason: "it is not a directory") }
        if info.st_uid == geteuid(), isEmpty(path), chmod(path, 0o700) == 0 { return }
        guard info.st_mode & 0o022 == 0 else { throw StoreError.unsafeDirectory(path: path) }
    }

    /// Creates the database file with mode 0600, or tightens one that is there. SQLite gives `-wal` and `-shm` the same mode.
    static func prepareFile(_ path: String) throws {
        let fd = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard fd >= 0 else { throw StoreError.cannotOpen(path: path, reason: errnoText()) }
        defer { Glibc.close(fd) }
        guard fchmod(fd, 0o600) == 0 else { throw StoreError.cannotOpen(path: path, reason: errnoText()) }
        for suffix in ["-wal", "-shm"] where access(path + suffix, F_OK) == 0 { chmod(path + suffix, 0o600) }
    }

    /// The size of a file in bytes, 0 when there is none.
    static func size(_ path: String) -> Int {
        var info = stat()
        return stat(path, &info) == 0 ? Int(info.st_size) : 0
    }

    private static func isEmpty(_ path: String) -> Bool {
        guard let directory = opendir(path) else { return false }
        defer { closedir(directory) }
        var entries = 0
        while entries < 3, readdir(directory) != nil { entries += 1 }
        return entries <= 2  // "." and ".."
    }
}
