import ArgumentParser
import PetaAdminAPI

struct LogLevelCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "level",
        abstract: "Show or set the levels of the log.",
        usage: "peta log level [<options>] [<level>|<part>=<level> ...]",
        discussion: """
            Levels are trace, debug, info, notice, warning, error and critical. A level alone is for all parts. Nothing of it is kept: \
            --reset, SIGHUP and the next start bring back what the configuration says.

            Example:
              peta log level
              peta log level debug
              peta log level gateway=trace downstream=debug
              peta log level --reset
            """)

    @OptionGroup var options: ClientOptions

    @Argument(
        help: ArgumentHelp("A level for all parts, or PART=LEVEL for one.", valueName: "level"),
        completion: .list(LogLevel.allCases.map(\.rawValue) + LogPart.allCases.map { $0.rawValue + "=" }))
    var levels: [String] = []

    @Flag(help: "Back to what the configuration says.")
    var reset = false

    func validate() throws {
        _ = try request()
        if reset, !levels.isEmpty { throw ValidationError("--reset stands alone") }
    }

    func run(_ session: Session) throws {
        let request = try request()
        let state: LogLevelState
        if reset {
            state = try session.client.resetLogLevels()
        } else if let request {
            state = try session.client.setLogLevels(request)
        } else {
            state = try session.client.logLevels()
        }
        try session.renderer.show(state) { page in
            var table = Table([.text("PART"), .text("LEVEL"), .text("CONFIGURED")])
            for part in state.parts {
                table.append([Cell(part.part), Cell(part.level, part.changed ? .waiting : .plain), Cell(part.configured, .faint)])
            }
            page.table(table, empty: "")
            if state.parts.contains(where: \.changed) {
                page.line("changed until the gateway ends or reads its configuration again; 'peta log level --reset' undoes it")
            }
        }
    }

    /// What is to be set; nil: nothing.
    private func request() throws -> LogLevelRequest? {
        guard !levels.isEmpty else { return nil }
        var request = LogLevelRequest()
        for text in levels {
            do throws(LogWords.Problem) {
                if text.contains("=") {
                    let one = try LogWords.partLevel(text)
                    guard request.parts?[one.part.rawValue] == nil else {
                        throw LogWords.Problem(words: "'\(one.part.rawValue)' is named twice")
                    }
                    request.parts = (request.parts ?? [:]).merging([one.part.rawValue: one.level.rawValue]) { $1 }
                } else {
                    let level = try LogWords.level(text)
                    guard request.level == nil else { throw LogWords.Problem(words: "two levels for all parts: '\(text)' is one too many") }
                    request.level = level.rawValue
                }
            } catch {
                throw ValidationError(error.words)
            }
        }
        return request
    }
}
