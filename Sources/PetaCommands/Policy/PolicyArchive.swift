import ArgumentParser
import PetaAdminAPI

struct PolicyArchive: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive",
        abstract: "Take a policy set out of force and keep it.",
        discussion: """
            To bring it back, apply it again.

            Example:
              peta policy archive bank
              peta policy show bank | peta policy apply -f -
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The set.", completion: LiveNames.policies)
    var name: String

    func run(_ session: Session) throws {
        let outcome = try session.naming(.policy(name)) { try session.client.archivePolicy(name) }
        try session.renderer.show(outcome) { page in
            page.line("\(outcome.name): \(outcome.changed ? "archived" : "nothing changed, archived before"), version \(outcome.version)")
        }
    }
}
