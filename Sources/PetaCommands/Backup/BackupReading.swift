import ArgumentParser
import Glibc
import PetaAdminAPI

/// The file that a command reads, and its passphrase.
struct BackupReading: ParsableArguments {
    @Argument(help: "The backup, or - for standard input.", completion: .file())
    var file: String

    @OptionGroup var passphrase: PassphraseOptions

    func validate() throws {
        if file == "-", passphrase.stdin { throw ValidationError("standard input cannot have the backup and its passphrase") }
    }

    /// Opens it and gives it to `body`, with Ctrl-C caught and the progress shown; and what takes that away before a question.
    func with<Value>(_ console: Console, _ verb: String, _ body: (BackupFile, _ clear: @escaping @Sendable () -> Void) throws -> Value)
        throws -> Value
    {
        if file == "-", !passphrase.isGiven {
            throw ValidationError("standard input has the backup, so nobody can be asked; give --from-file or --passphrase-fd")
        }
        let descriptor = file == "-" ? console.input : open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileProblem(path: file, number: errno) }
        defer { if file != "-" { close(descriptor) } }
        var info = stat()
        let isFile = fstat(descriptor, &info) == 0 && info.st_mode & S_IFMT == S_IFREG
        if fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFDIR { throw FileProblem(path: file, number: EISDIR) }
        let key = try passphrase.read(console) ?? PassphraseOptions.ask("Passphrase of the backup: ", console)
        let progress = ProgressLine(console, verb, total: isFile ? Int64(info.st_size) : 0)
        defer { progress.end() }
        return try InterruptFlag.watching { isUp in
            try body(
                BackupFile(
                    descriptor: descriptor, name: file == "-" ? "standard input" : file, passphrase: key, progress: { progress.show($0) },
                    isInterrupted: isUp, awaits: { !isUp() && Interrupts.awaitInput(descriptor) }), { progress.end() })
        }
    }
}
