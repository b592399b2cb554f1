import CPetaShim
import Glibc
import PetaAdminAPI

/// A file that is written piece by piece and appears under its name only once it is complete and on the disk. Only its owner may read it.
///
/// Whatever happens before, what was there under the name stays. Where the file system can have files without a name nothing is left behind
/// even by `kill -9`; elsewhere it has another name meanwhile, which Ctrl-C removes.
final class StreamedFile {
    /// How many bytes were written.
    private(set) var count: Int64 = 0
    private let path: String
    private let target: String
    private let directory: String
    private let replaces: Bool
    /// The name that it has meanwhile; nil: none.
    private let temporary: String?
    private let descriptor: Int32
    private var isDone = false
    private var unsynced = 0
    /// Ctrl-C ends the process, and the file with it. In the shell it ends the command alone, and the shell's handlers stay.
    private let endsWithProcess = CommandContext.current.interruption == nil

    /// Bytes that wait to reach the disk: many at once would make everybody else's writing wait.
    private static let syncStep = 32 << 20

    /// - Parameter replaces: false refuses where there is a file already.
    /// - Throws: where there is something else than a file under the name, or nothing can be written beside it.
    init(path: String, replaces: Bool = true) throws {
        var target = path
        if let real = realpath(path, nil) {
            target = String(cString: real)
            free(real)
        }
        var status = peta_file()
        if peta_file_status(target, 1, &status) == 0, status.mode & mode_t(S_IFMT) != mode_t(S_IFREG) {
            throw AdminError(
                .invalidArgument, "\(path) is no file that could be replaced", hint: "Give a file's name, or - for standard output.")
        }
        if !replaces, peta_file_status(target, 0, &status) == 0 { throw Self.exists(path) }
        let cut = target.lastIndex(of: "/")
        let directory = cut.map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? "."
        self.path = path
        self.target = target
        self.directory = directory
        self.replaces = replaces
        if let unnamed = Self.unnamed(in: directory) {
            descriptor = unnamed
            temporary = nil
            return
        }
        let temporary = Self.name(in: directory)
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileProblem(path: path, number: errno) }
        self.temporary = temporary
        if endsWithProcess { Interrupts.removeAtEnd(temporary) }
    }

    func write(_ bytes: [UInt8]) throws {
        guard Console.write(bytes, to: descriptor) else { throw FileProblem(path: target, number: errno) }
        count += Int64(bytes.count)
        unsynced += bytes.count
        guard unsynced >= Self.syncStep else { return }
        unsynced = 0
        guard fdatasync(descriptor) == 0 || errno == EINVAL else { throw FileProblem(path: target, number: errno) }
    }

    /// Puts it under its name.
    func finish() throws {
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileProblem(path: target, number: errno) }
        if let temporary { try rename(from: temporary) } else { try giveName() }
        isDone = true
        if endsWithProcess, temporary != nil { Interrupts.removeAtEnd(nil) }
        let names = open(directory, O_RDONLY | O_CLOEXEC)
        guard names >= 0 else { return }
        fsync(names)
        close(names)
    }

    deinit {
        close(descriptor)
        guard !isDone, let temporary else { return }
        unlink(temporary)
        if endsWithProcess { Interrupts.removeAtEnd(nil) }
    }

    /// A file without a name; nil where the file system has none, or nothing can give it one later.
    private static func unnamed(in directory: String) -> Int32? {
        // O_TMPFILE of Linux, which is not imported.
        let descriptor = open(directory, 0o20_000_000 | O_DIRECTORY | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        guard access(link(to: descriptor), F_OK) == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    private static func link(to descriptor: Int32) -> String { "/proc/self/fd/\(descriptor)" }

    private static func name(in directory: String) -> String {
        directory + "/.peta-" + String(UInt64.random(in: .min ... .max), radix: 36)
    }

    private func giveName() throws {
        let own = Self.link(to: descriptor)
        if linkat(AT_FDCWD, own, AT_FDCWD, target, AT_SYMLINK_FOLLOW) == 0 { return }
        guard errno == EEXIST else { throw FileProblem(path: target, number: errno) }
        guard replaces else { throw Self.exists(path) }
        let temporary = Self.name(in: directory)
        guard linkat(AT_FDCWD, own, AT_FDCWD, temporary, AT_SYMLINK_FOLLOW) == 0 else {
            throw FileProblem(path: target, number: errno)
        }
        guard Glibc.rename(temporary, target) == 0 else {
            let number = errno
            unlink(temporary)
            throw FileProblem(path: target, number: number)
        }
    }

    private func rename(from temporary: String) throws {
        if !replaces {
            if Glibc.link(temporary, target) == 0 {
                unlink(temporary)
                return
            }
            // Where there are no links either, one look has to do.
            guard errno != EEXIST, access(target, F_OK) != 0 else { throw Self.exists(path) }
        }
        guard Glibc.rename(temporary, target) == 0 else { throw FileProblem(path: target, number: errno) }
    }

    private static func exists(_ path: String) -> AdminError {
        AdminError(.alreadyExists, "\(path) is there already", hint: "Add --force to replace it.")
    }
}
