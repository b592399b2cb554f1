import ArgumentParser
import PetaAdminAPI

struct Why: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Explain why a recorded call was decided as it was.",
        usage: "peta why [<options>] <call>\npeta why [<options>] --last [<user>]",
        discussion: """
            A call is named by the requestId of its record or by its seq. Tells who called what, which layer decided, what the rule \
            that decided looked at, its text as it stood then, the approval, and which secrets were in use, by their names. What \
            cannot be known any more is said.

            Example:
              peta why 1x2c9k0-2f
              peta why --last alice
              peta audit query --outcome denied --json | jq -r .requestId
            """)

    @OptionGroup var options: ClientOptions

    @Flag(help: "The newest call, of the user that is given or of all.")
    var last = false

    @Argument(help: ArgumentHelp("The requestId or the seq of a record; with --last a user.", valueName: "call"))
    var call: String?

    func validate() throws {
        if call == nil, !last { throw ValidationError("which call? Give the requestId or the seq of its record, or --last") }
    }

    func run(_ session: Session) throws {
        let answer = try session.client.why(last ? try newest(session) : call ?? "")
        let record = try AdminJSON.decode(AuditEntry.self, from: answer.record.bytes)
        try session.renderer.show(answer) { page in
            WhyPage(answer, record, session).fill(&page)
        }
    }

    private func newest(_ session: Session) throws -> String {
        var query = AuditQuery()
        query.kind = "call"
        query.user = call
        query.limit = 1
        var found: Int64?
        try session.client.auditQuery(query) { line in
            found = try? AdminJSON.decode(AuditEntry.self, from: line).seq
            return true
        }
        if let found { return String(found) }
        let of = call.map { " of user '\($0)'" } ?? ""
        throw AdminError(.notFound, "the audit has no call\(of)", hint: "peta audit tail")
    }
}
