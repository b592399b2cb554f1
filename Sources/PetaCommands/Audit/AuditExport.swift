import ArgumentParser
import PetaAdminAPI

struct AuditExport: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write all records that match, oldest first, as NDJSON or CSV.",
        discussion: """
            Without -o to standard output. A file appears under its name only once it is complete, and only its owner may read it. NDJSON is \
            what 'peta audit query --json' prints; CSV follows RFC 4180, with a first line of names. In CSV what a spreadsheet would run (a \
            cell that begins with = + - @, a tab or a line end) gets an apostrophe in front.

            Example:
              peta audit export --since 30d -o audit.ndjson
              peta audit export --user alice --since 2026-03-01 -o march.csv
              peta audit export | zstd > audit.ndjson.zst
            """)

    @OptionGroup var options: ClientOptions

    @Option(help: "ndjson or csv; by default what the file's name ends with, else ndjson.", completion: .list(["ndjson", "csv"]))
    var format: String?

    @OptionGroup var filters: AuditFilterOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("The file; - is standard output.", valueName: "file"), completion: .file())
    var output: String?

    /// What one export did.
    private struct Done: Encodable {
        let file: String
        let format: String
        let bytes: Int64
    }

    func validate() throws {
        if let format, !["ndjson", "csv"].contains(format) {
            throw ValidationError(
                "--format: expected ndjson or csv, found '\(format)'\(Words.didYouMean(format, among: ["ndjson", "csv"]))")
        }
    }

    func run(_ session: Session) throws {
        let format = self.format ?? (output?.lowercased().hasSuffix(".csv") == true ? "csv" : "ndjson")
        let query = filters.query(now: session.now)
        guard let output, output != "-" else {
            let console = session.console
            return try session.client.auditExport(query, format: format, watching: console.output) { piece in
                try console.write(console.isOutputTerminal ? Array(Escaped.block(String(decoding: piece, as: UTF8.self)).utf8) : piece)
            }
        }
        let file = try StreamedFile(path: output)
        try session.client.auditExport(query, format: format) { try file.write($0) }
        try file.finish()
        try session.renderer.show(Done(file: output, format: format, bytes: file.count)) { page in
            page.line("\(output): \(Amount.bytes(file.count)) of \(format == "csv" ? "CSV" : "NDJSON")")
        }
    }
}
