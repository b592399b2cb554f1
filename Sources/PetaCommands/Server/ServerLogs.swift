import ArgumentParser
import PetaAdminAPI

struct ServerLogs: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Show what a server wrote to its standard error.",
        usage: "peta server logs [<options>] <id>",
        discussion: """
            Example:
              peta server logs files -f
            """)

    @OptionGroup var options: ClientOptions
    @OptionGroup var window: WindowOptions

    @Argument(help: "The server.", completion: LiveNames.servers)
    var id: String

    func run(_ session: Session) throws {
        Interrupts.endStreamCleanly()
        let stream = LineStream(session)
        try session.naming(.server(id)) {
            try session.client.logs(of: id, last: window.lines, follow: window.follow, watching: session.console.output) { line in
                try stream.write(line) { bytes in
                    guard let entry = try? AdminJSON.decode(LogLine.self, from: bytes) else { return nil }
                    let style: Style = entry.stream == "peta" ? .waiting : .plain
                    let time = Style.faint.paint(Clock.words(entry.time), usesColor: session.console.usesColor)
                    return time + "  " + style.paint(Escaped.line(entry.line), usesColor: session.console.usesColor)
                }
            }
        }
    }
}
