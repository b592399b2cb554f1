import Glibc
import PetaAdminAPI
import Synchronization

/// A new file that appears under its name only when it is whole. Until then it has another one beside it, and is removed when the command
/// fails or is ended by a signal.
final class PartialFile {
    let path: String
    private let temporary: String
    private let directory: String
    private let replaces: Bool
    private var descriptor: Int32
    private var unsynced = 0

    /// What is removed when a signal comes: a C string that is never freed.
    private static let doomed = Atomic<UInt>(0)
    private static let signals = [SIGINT, SIGTERM, SIGHUP]
    /// Bytes that wait to reach the disk: many at once would make everybody else's writing wait.
    private static let syncStep = 32 << 20

    /// - Parameter replaces: false refuses where there is a file already.
    init(_ path: String, replaces: Bool) throws {
        self.path = path
        self.replaces = replaces
        let cut = path.lastIndex(of: "/")
        directory = cut.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        var info = stat()
        let isThere = lstat(path, &info) == 0
        if isThere, info.st_mode & S_IFMT == S_IFDIR {
            throw AdminError(.invalidArgument, "\(path) is a directory", hint: "Give a file's name.")
        }
        if isThere, !replaces { throw Self.exists(path) }
        temporary = directory + "/.peta-backup-" + String(UInt64.random(in: .min ... .max), radix: 36)
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileProblem(path: directory, number: errno) }
        let name = strdup(temporary)
        Self.doomed.store(UInt(bitPattern: name), ordering: .sequentiallyConsistent)
        for number in Self.signals { signal(number) { PartialFile.end($0) } }
    }

    deinit { discard() }

    /// Adds bytes.
    func write(_ bytes: [UInt8]) throws {
        guard Console.write(bytes, to: descriptor) else { throw FileProblem(path: path, number: errno) }
        unsynced += bytes.count
        guard unsynced >= Self.syncStep else { return }
        unsynced = 0
        guard fdatasync(descriptor) == 0 else { throw FileProblem(path: path, number: errno) }
    }

    /// It is whole: brings it to the disk, and gives it its name.
    func finish() throws {
        guard fchmod(descriptor, 0o600) == 0, fsync(descriptor) == 0 else { throw FileProblem(path: path, number: errno) }
        if replaces {
            guard rename(temporary, path) == 0 else { throw FileProblem(path: path, number: errno) }
        } else if link(temporary, path) == 0 {
            unlink(temporary)
        } else if errno == EEXIST {
            throw Self.exists(path)
        } else {
            // A file system without links.
            guard access(path, F_OK) != 0 else { throw Self.exists(path) }
            guard rename(temporary, path) == 0 else { throw FileProblem(path: path, number: errno) }
        }
        close()
        let names = open(directory, O_RDONLY | O_CLOEXEC)
        guard names >= 0 else { return }
        fsync(names)
        Glibc.close(names)
    }

    /// Removes what there is of it. Does nothing when it is finished.
    func discard() {
        guard descriptor >= 0 else { return }
        unlink(temporary)
        close()
    }

    private func close() {
        for number in Self.signals { signal(number, SIG_DFL) }
        Self.doomed.store(0, ordering: .sequentiallyConsistent)
        Glibc.close(descriptor)
        descriptor = -1
    }

    private static func end(_ number: Int32) {
        let name = UnsafePointer<CChar>(bitPattern: doomed.load(ordering: .sequentiallyConsistent))
        if let name { unlink(name) }
        signal(number, SIG_DFL)
        raise(number)
    }

    private static func exists(_ path: String) -> AdminError {
        AdminError(.alreadyExists, "\(path) is there already", hint: "Add --force to replace it.")
    }
}
