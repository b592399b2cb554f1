import CPetaShim
import Glibc
import PetaAdminAPI

/// A file that is written piece by piece and appears under its name only once it is complete. Only its owner may read it.
///
/// Whatever happens before, what was there under the name stays, and nothing is left behind, also where Ctrl-C ends the process.
final class StreamedFile {
    /// How many bytes were written.
    private(set) var count: Int64 = 0
    private let target: String
    private let temporary: String
    private let descriptor: Int32
    private var isDone = false
    /// Ctrl-C ends the process, and the file with it. In the shell it ends the command alone, and the shell's handlers stay.
    private let endsWithProcess = CommandContext.current.interruption == nil

    /// - Throws: where there is something else than a file under the name, or nothing can be written beside it.
    init(path: String) throws {
        var target = path
        if let real = realpath(path, nil) {
            target = String(cString: real)
            free(real)
        }
        var status = peta_file()
        if peta_file_status(target, 1, &status) == 0, status.mode & mode_t(S_IFMT) != mode_t(S_IFREG) {
            throw AdminError(.invalidArgument, "\(path) is no file that could be replaced", hint: "Use -o - for standard output")
        }
        let cut = target.lastIndex(of: "/")
        let directory = cut.map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? "."
        let temporary = directory + "/.peta-" + String(UInt64.random(in: .min ... .max), radix: 36)
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileProblem(path: path, number: errno) }
        self.target = target
        self.temporary = temporary
        if endsWithProcess { Interrupts.removeAtEnd(temporary) }
    }

    func write(_ bytes: [UInt8]) throws {
        guard Console.write(bytes, to: descriptor) else { throw FileProblem(path: target, number: errno) }
        count += Int64(bytes.count)
    }

    /// Puts it under its name.
    func finish() throws {
        guard fsync(descriptor) == 0 || errno == EINVAL, rename(temporary, target) == 0 else {
            throw FileProblem(path: target, number: errno)
        }
        isDone = true
        if endsWithProcess { Interrupts.removeAtEnd(nil) }
    }

    deinit {
        close(descriptor)
        guard !isDone else { return }
        unlink(temporary)
        if endsWithProcess { Interrupts.removeAtEnd(nil) }
    }
}
