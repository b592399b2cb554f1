import ArgumentParser
import PetaAdminAPI

struct ApproveDeny: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "deny",
        abstract: "Say no, with a reason that the one who asks reads.",
        usage: "peta approve deny [<options>] <id> ... --reason <text>",
        discussion: """
            With several ids each is tried, and each failure is told; the exit code is that of the first. The beginning of an id, six \
            characters or more, is enough where no other begins so.

            Example:
              peta approve deny ap_7f3a9c --reason 'not on a Friday'
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: ArgumentHelp("The requests.", valueName: "id"), completion: LiveNames.approvals)
    var ids: [String]

    @Option(help: ArgumentHelp("Why.", valueName: "text"))
    var reason: String

    func run(_ session: Session) throws {
        try ApprovalVerdicts(session: session, isJSON: options.json).give(ids, reason: reason) { client, id, judgement throws(AdminError) in
            try client.denyApproval(id, judgement)
        }
    }
}
