import ArgumentParser
import PetaAdminAPI

struct ConfigCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check flags, environment and configuration file, and tell everything that is wrong.",
        usage: "peta config check [<options>]",
        discussion: """
            Exit code 65 when something is wrong.

            Example:
              peta config check --config ./peta.yaml
            """)

    @OptionGroup var options: ServeOptions

    @Flag(help: "Print JSON for scripts.")
    var json = false

    private struct Answer: Encodable {
        let ok: Bool
        let file: String?
        let problems: [String]
    }

    func run() throws {
        let context = CommandContext.current
        let (settings, problems) = try options.resolver(context).examine()
        let answer = Answer(ok: problems.isEmpty, file: settings.configurationFile, problems: problems)
        try Renderer(format: json ? .json : .text, console: context.console).show(answer) { page in
            for problem in problems { page.line(problem, .bad) }
            if problems.isEmpty { page.line("\(settings.configurationFile ?? "No configuration file"): nothing is wrong", .good) }
        }
        if !problems.isEmpty { throw ExitCode(AdminErrorCode.invalidArgument.exitCode) }
    }
}
