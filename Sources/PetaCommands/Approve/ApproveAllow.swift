import ArgumentParser
import PetaAdminAPI

struct ApproveAllow: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "allow",
        abstract: "Say yes: the call runs, exactly as it was asked for.",
        usage: "peta approve allow [<options>] <id> ...",
        discussion: """
            With several ids each is tried, and each failure is told; the exit code is that of the first. The beginning of an id, six \
            characters or more, is enough where no other begins so.

            Example:
              peta approve allow ap_7f3a9c
              peta approve allow ap_7f3a9c ap_81c0d2 --reason 'checked with the bank'
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: ArgumentHelp("The requests.", valueName: "id"), completion: LiveNames.approvals)
    var ids: [String]

    @Option(help: ArgumentHelp("Why; the audit keeps it.", valueName: "text"))
    var reason: String?

    func run(_ session: Session) throws {
        try ApprovalVerdicts(session: session, isJSON: options.json).give(ids, reason: reason) { client, id, judgement throws(AdminError) in
            try client.allowApproval(id, judgement)
        }
    }
}
