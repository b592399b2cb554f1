import ArgumentParser
import PetaAdminAPI

struct AuditWebhookStatus: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Tell how the delivery of records goes.",
        discussion: """
            Example:
              peta audit webhook status --json | jq .waiting
            """)

    @OptionGroup var options: ClientOptions

    func run(_ session: Session) throws {
        let state = try session.client.auditWebhook()
        try session.renderer.show(state) { page in
            guard let url = state.url else {
                return page.line("No webhook is configured: see audit.webhook.url in peta.yaml(5).")
            }
            var fields: [(name: String, cell: Cell)] = [
                ("to", Cell(url)), ("delivered", Cell(state.delivered.map { "up to record \($0)" })),
                ("waiting", Cell(String(state.waiting), state.failures > 0 ? .waiting : .plain)),
                ("last delivery", Cell(session.ago(state.lastSuccessAt))),
            ]
            if state.skipped > 0 { fields.append(("skipped", Cell("\(state.skipped), removed by retention before", .bad))) }
            if let error = state.lastError {
                fields.append(("problem", Cell("\(error) (\(Words.count(state.failures, "failure")))", .bad)))
                fields.append(("tried again", Cell(session.ago(state.nextTryAt))))
            }
            page.fields(fields)
        }
    }
}
