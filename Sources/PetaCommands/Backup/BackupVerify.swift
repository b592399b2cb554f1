import ArgumentParser
import Glibc
import PetaAdminAPI

struct BackupVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read a whole backup and check everything that is in it.",
        usage: "peta backup verify [<options>] <file>",
        discussion: """
            Needs no gateway. Every byte is authenticated, the database is put into a temporary file ($TMPDIR, else /var/tmp, with room for \
            all of it) and checked, the chain of the audit is verified to its end, every secret is opened, and nothing of it is kept. \
            Exit code 65 when something is wrong.

            Example:
              peta backup verify nightly.backup
              peta backup verify nightly.backup --from-file /root/backup-passphrase --json
            """)

    @OptionGroup var reading: BackupReading

    @Flag(help: "Print JSON for scripts.")
    var json = false

    func run() throws {
        let context = CommandContext.current
        let verdict = try reading.with(context.console, "verifying:") { file, _ in
            let scratch = try ScratchDirectory(in: context.variables["TMPDIR"])
            defer { scratch.remove() }
            return try context.environment.backups.verify(file, scratch.path)
        }
        try Renderer(format: json ? .json : .text, console: context.console).show(verdict) { page in
            page.fields(BackupPage.fields(verdict, now: context.now()))
            for finding in verdict.findings { page.line(finding, .bad) }
            if verdict.findings.isEmpty { page.line("\(reading.file): whole and sound", .good) }
        }
        if !verdict.findings.isEmpty { throw ExitCode(AdminErrorCode.invalidArgument.exitCode) }
    }
}
