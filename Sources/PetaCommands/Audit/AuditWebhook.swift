import ArgumentParser

struct AuditWebhook: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook",
        abstract: "Tell how the delivery of records goes, and test it.",
        discussion: """
            Example:
              peta audit webhook
              peta audit webhook test
            """,
        subcommands: [AuditWebhookStatus.self, AuditWebhookTest.self],
        defaultSubcommand: AuditWebhookStatus.self)
}
