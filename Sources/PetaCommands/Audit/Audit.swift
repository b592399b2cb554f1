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
              peta audit stats --since 7d
              peta audit report -o audit.html
              peta audit verify
            """,
        subcommands: [
            AuditTail.self, AuditSearch.self, AuditStats.self, AuditReport.self, AuditExport.self, AuditVerify.self, AuditAnchor.self,
            AuditWebhook.self,
        ],
        defaultSubcommand: AuditTail.self)
}
