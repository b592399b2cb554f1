import ArgumentParser
import PetaAdminAPI

struct PolicyApply: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Put a policy set into force, in place of the one of its name.",
        usage: "peta policy apply [<options>] --file <file>",
        discussion: """
            A set that is not right is refused whole: every problem is told with file and line, the exit code is 65, and what \
            was in force stays in force. The same text again changes nothing. An archived set is brought back.

            Example:
              peta policy apply -f bank.yaml
              peta policy show bank --version 3 | peta policy apply -f -
            """)

    @OptionGroup var options: ClientOptions

    @Option(
        name: [.short, .long], help: ArgumentHelp("The set, YAML or JSON; - reads standard input.", valueName: "file"),
        completion: .file())
    var file: String

    @Option(help: "The set's name, where the file does not say.")
    var name: String?

    func run(_ session: Session) throws {
        let file = try PolicyFile(file, session)
        var outcome = try file.naming { try session.client.applyPolicy(file.bytes, name: name) }
        outcome.warnings = outcome.warnings.map { $0.named(file.name) }
        try session.renderer.show(outcome) { page in
            let state = "version \(outcome.version) in force, \(Words.count(outcome.rules, "rule"))"
            page.line("\(outcome.name): \(outcome.changed ? "" : "nothing changed, ")\(state)")
            for warning in outcome.warnings { session.console.note(Escaped.line(PolicyPage.warning(warning))) }
        }
    }
}
