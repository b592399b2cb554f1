import CPetaShim
import Glibc
import PetaAdminAPI

/// Replaces a file at once: whoever reads it sees the old content or the new one.
enum AtomicFile {
    /// Replaces the file at `path`, or makes it with the directories that it needs. A link stays, and what it leads to is replaced.
    ///
    /// The file keeps its mode and its owner; with `isSecret` only its owner may read it. `expected` is what it held when the new content
    /// was made; nil: there was no file. Throws when that is not so any more.
    static func write(_ bytes: [UInt8], to path: String, replacing expected: [UInt8]?, isSecret: Bool) throws {
        var target = path
        if let real = realpath(path, nil) {
            target = String(cString: real)
            free(real)
        }
        let cut = target.lastIndex(of: "/") ?? target.startIndex
        let directory = cut == target.startIndex ? "/" : String(target[..<cut])
        try makeDirectory(directory)
        var status = peta_file()
        let isThere = peta_file_status(target, 1, &status) == 0
        let mode = isSecret ? 0o600 : isThere ? status.mode & 0o777 : 0o644
        let temporary = directory + "/.peta-" + String(UInt64.random(in: .min ... .max), radix: 36)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileProblem(path: directory, number: errno) }
        var isDone = false
        defer {
            close(descriptor)
            if !isDone { unlink(temporary) }
        }
        // Root writes for somebody else: the file is whose it was, or whose directory it is in.
        if !isThere { _ = peta_file_status(directory, 1, &status) }
        if geteuid() == 0, fchown(descriptor, status.uid, status.gid) != 0 { throw FileProblem(path: temporary, number: errno) }
        guard Console.write(bytes, to: descriptor), fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else {
            throw FileProblem(path: temporary, number: errno)
        }
        guard try current(target) == expected else {
            throw AdminError(.tryAgain, "\(path) was changed by somebody else meanwhile; nothing was written")
        }
        guard rename(temporary, target) == 0 else { throw FileProblem(path: target, number: errno) }
        isDone = true
    }

    /// The content; nil where there is no file.
    static func current(_ path: String) throws(FileProblem) -> [UInt8]? {
        do throws(FileProblem) {
            return try TextFile.read(path, limit: ImportFile.largest)
        } catch {
            if error.number == ENOENT { return nil }
            throw error
        }
    }

    /// The uppermost directory that has to be made before the file can be; nil: there is none.
    static func missingDirectory(for path: String) -> String? {
        var missing: String?
        var rest = path[...]
        while let cut = rest.lastIndex(of: "/"), cut > rest.startIndex {
            rest = rest[..<cut]
            guard access(String(rest), F_OK) != 0, errno == ENOENT else { break }
            missing = String(rest)
        }
        return missing
    }

    /// Makes a directory with those above it that are missing; only its owner may enter it.
    static func makeDirectory(_ path: String) throws(FileProblem) {
        var status = peta_file()
        guard peta_file_status(path, 1, &status) != 0 else { return }
        let cut = path.lastIndex(of: "/") ?? path.startIndex
        if cut > path.startIndex { try makeDirectory(String(path[..<cut])) }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw FileProblem(path: path, number: errno) }
        // As for the file: whose the directory above is.
        if geteuid() == 0, peta_file_status(cut == path.startIndex ? "/" : String(path[..<cut]), 1, &status) == 0 {
            _ = chown(path, status.uid, status.gid)
        }
    }
}
