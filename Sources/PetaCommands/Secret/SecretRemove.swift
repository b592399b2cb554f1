import ArgumentParser
import PetaAdminAPI

struct SecretRemove: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove a secret for good; refused while a server or a setting refers to it.",
        usage: "peta secret remove [<options>] <name>",
        discussion: """
            Example:
              peta secret remove github --yes
            """)

    @OptionGroup var options: ClientOptions
    @OptionGroup var consent: ConsentOptions

    @Argument(help: "The secret.", completion: LiveNames.secrets)
    var name: String

    @Flag(help: "Remove it even while a server refers to it.")
    var force = false

    func run(_ session: Session) throws {
        try session.confirm("Remove secret '\(name)'?", yes: consent.yes)
        try session.naming(.secret(name)) { try session.client.removeSecret(name, force: force) }
        try session.renderer.show(Removed(id: name)) { $0.line("\(name): removed") }
    }
}
