import ArgumentParser
import PetaAdminAPI

struct ConfigShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show each setting with its value and where that came from.",
        usage: "peta config show [<options>]",
        discussion: """
            It reads what 'peta serve' with the same flags would read; the running gateway is not asked.

            Example:
              peta config show
              PETA_LOG_LEVEL=debug peta config show --json
            """)

    @OptionGroup var options: ServeOptions

    @Flag(help: "Print JSON for scripts.")
    var json = false

    private struct Row: Encodable {
        let key: String
        let value: SettingValue
        let source: String
        let place: String
        let standard: SettingValue

        enum CodingKeys: String, CodingKey {
            case key, value, source, place
            case standard = "default"
        }
    }

    func run() throws {
        let context = CommandContext.current
        let settings = try options.resolver(context).resolve()
        let defaults = SettingsResolver.defaults(context.variables)
        let rows = SettingTable.all.map { setting in
            Row(
                key: setting.key, value: setting.read(settings), source: OriginWords.source(setting.key, settings),
                place: OriginWords.place(setting.key, settings), standard: setting.read(defaults))
        }
        try Renderer(format: json ? .json : .text, console: context.console).show(rows) { page in
            var table = Table([.text("KEY"), .text("VALUE"), .text("FROM")])
            for row in rows {
                let isDefault = row.source == "default"
                table.append([Cell(row.key), Cell(row.value.text), Cell(row.place, isDefault ? .faint : .plain)])
            }
            page.table(table, empty: "")
        }
    }
}
