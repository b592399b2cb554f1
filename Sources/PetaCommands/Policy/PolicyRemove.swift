import ArgumentParser
import PetaAdminAPI

struct PolicyRemove: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove a policy set; its rules no longer decide.",
        discussion: """
            Its history stays for the audit. 'peta policy archive' keeps the set in the list.

            Example:
              peta policy remove bank --yes
            """)

    @OptionGroup var options: ClientOptions
    @OptionGroup var consent: ConsentOptions

    @Argument(help: "The set.", completion: LiveNames.policies)
    var name: String

    func run(_ session: Session) throws {
        try session.confirm("Remove policy set '\(name)'? Its rules no longer decide then.", yes: consent.yes)
        try session.naming(.policy(name)) { try session.client.removePolicy(name) }
        try session.renderer.show(Removed(id: name)) { $0.line("\(name): removed") }
    }
}
