import ArgumentParser
import PetaAdminAPI

struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Show the version of this binary.",
        discussion: """
            Example:
              peta version
            """)

    private struct Answer: Encodable {
        let version: String
    }

    @Flag(help: "Print JSON for scripts.")
    var json = false

    func run() throws {
        let context = CommandContext.current
        let version = context.environment.version
        try Renderer(format: json ? .json : .text, console: context.console).show(Answer(version: version)) { $0.line("peta \(version)") }
    }
}
