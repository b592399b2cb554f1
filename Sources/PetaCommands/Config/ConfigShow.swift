import ArgumentParser
import PetaAdminAPI

struct ConfigShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show each setting with its value and where that came from.",
        usage: "peta config show [<options>]",
        discussion: """
            It reads what 'peta serve' with the same flags would read. With --running the gateway tells what it runs with, and \
            which settings say something else by now.

            Example:
              peta config show
              peta config show --running
              PETA_LOG_LEVEL=debug peta config show --json
            """)

    @OptionGroup var options: ServeOptions

    @Flag(help: "Ask the running gateway what it uses.")
    var running = false

    @Flag(help: "Print JSON for scripts.")
    var json = false

    func run() throws {
        let context = CommandContext.current
        let renderer = Renderer(format: json ? .json : .text, console: context.console)
        if running { return try showRunning(Session(socket: options.adminSocket, json: json, context), renderer) }
        let settings = try options.resolver(context).resolve()
        try renderer.show(settings.entries) { $0.table(Self.table(settings.entries), empty: "") }
    }

    private func showRunning(_ session: Session, _ renderer: Renderer) throws {
        let configuration = try session.client.configuration()
        try renderer.show(configuration) { page in
            page.table(Self.table(configuration.settings), empty: "")
            if let problem = configuration.problem {
                page.line("It could not be read again as it is now, and would change nothing: \(problem)", .bad)
            }
            for change in configuration.unread {
                page.line("\(change.words); 'peta config reload' puts it into force", .waiting)
            }
            for change in configuration.waiting { page.line("\(change.words); takes effect at the next start", .waiting) }
        }
    }

    private static func table(_ entries: [SettingEntry]) -> Table {
        var table = Table([.text("KEY"), .text("VALUE"), .text("FROM")])
        for entry in entries {
            let isDefault = entry.source == "default"
            table.append([Cell(entry.key), Cell(entry.value.text), Cell(entry.place, isDefault ? .faint : .plain)])
        }
        return table
    }
}

extension SettingChange {
    /// `KEY: OLD -> NEW (PLACE)`.
    var words: String { "\(key): \(from.text) -> \(to.text) (\(place))" }
}
