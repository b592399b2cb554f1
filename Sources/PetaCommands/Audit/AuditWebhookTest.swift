import ArgumentParser
import PetaAdminAPI

struct AuditWebhookTest: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Send a delivery without records, and tell what the receiver answers.",
        discussion: """
            It is signed as any other, with the event audit.test and the body {"test":true}. Exit code 1 when the receiver does not take it.

            Example:
              peta audit webhook test
            """)

    @OptionGroup var options: ClientOptions

    func run(_ session: Session) throws {
        let answer = try session.client.testAuditWebhook()
        try session.renderer.show(answer) { page in
            page.line("\(answer.url) took it (HTTP status \(answer.status))", .good)
        }
    }
}
