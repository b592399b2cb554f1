import ArgumentParser

struct Audit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Read and verify the record of every call and every act.",
        discussion: """
            Without a verb it shows the last records.

            Example:
              peta audit tail -f
              peta audit query --user alice --since 1d --outcome denied
              peta audit verify
            """,
        subcommands: [AuditTail.self, AuditSearch.self, AuditVerify.self],
        defaultSubcommand: AuditTail.self)
}
