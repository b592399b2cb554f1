import ArgumentParser
import PetaAdminAPI

struct ApproveShow: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one request with its arguments.",
        usage: "peta approve show [<options>] <id>",
        discussion: """
            Long texts are cut and what looks like a secret is hidden, unless --full is given. The beginning of an id, six characters \
            or more, is enough where no other begins so.

            Example:
              peta approve show ap_7f3a9c
              peta approve show ap_7f3a9c --full
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The request.", completion: LiveNames.approvals)
    var id: String

    @Flag(help: "Nothing of the arguments is hidden or cut; the audit records it.")
    var full = false

    func run(_ session: Session) throws {
        let entry = try ApprovalIDs.with(id, session.client) { id throws(AdminError) in try session.client.approval(id, full: full) }
        try session.renderer.show(entry) { page in
            page.fields([("status", ApprovalWords.status(entry.status))])
            page.block(ReviewDocument(entry, isFull: full, details: true).text)
        }
    }
}
