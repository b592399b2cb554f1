import ArgumentParser
import PetaAdminAPI

struct ConfigPath: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "path",
        abstract: "Print the path of the configuration file that is read.",
        usage: "peta config path [<options>]",
        discussion: """
            Exit code 66 when there is none.

            Example:
              $EDITOR "$(peta config path)"
            """)

    @OptionGroup var options: ServeOptions

    @Flag(help: "Print JSON for scripts.")
    var json = false

    private struct Answer: Encodable {
        let path: String
    }

    func run() throws {
        let context = CommandContext.current
        let resolver = options.resolver(context)
        guard let path = try resolver.configurationFile() else {
            throw AdminError(.notFound, "there is no configuration file; looked for \(Words.either(resolver.searchedFiles()))")
        }
        try Renderer(format: json ? .json : .text, console: context.console).show(Answer(path: path)) { $0.line(path) }
    }
}
