import ArgumentParser
import PetaAdminAPI

struct PolicyShow: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print a policy set as it was applied.",
        usage: "peta policy show [<options>] <name>",
        discussion: """
            To a file or a pipe byte for byte; at a terminal control characters are made visible.

            Example:
              peta policy show bank
              peta policy show bank --version 3 > bank.yaml
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The set.", completion: LiveNames.policies)
    var name: String

    @Option(help: "An earlier version, also of a set that was removed.")
    var version: Int?

    func validate() throws {
        if let version, version < 1 { throw ValidationError("--version: expected 1 or more, found \(version)") }
    }

    func run(_ session: Session) throws {
        let set = try session.naming(.policy(name)) { try session.client.policy(name, version: version) }
        if !options.json, !session.console.isOutputTerminal { return try session.console.write(set.text) }
        try session.renderer.show(set) { $0.block(set.text) }
    }
}
