internal import Logging
internal import PetaAdmin
internal import PetaAdminAPI

/// What administrators do with the levels of the log.
struct LogAdministration: LogOperations {
    let levels: LogLevels
    let logger: Logger

    func logLevels() async throws -> LogLevelState { levels.shown }

    func setLogLevels(_ request: LogLevelRequest) async throws -> LogLevelState {
        let all = try request.level.map { try level($0) }
        var parts: [LogPart: LogLevel] = [:]
        for (name, text) in request.parts ?? [:] {
            guard let part = LogPart(rawValue: name) else {
                let known = LogPart.allCases.map(\.rawValue).joined(separator: ", ")
                throw AdminError(.invalidArgument, "there is no part '\(name.prefix(32))'", hint: "parts are \(known)")
            }
            parts[part] = try level(text)
        }
        levels.change(all: all, parts: parts)
        return told()
    }

    func resetLogLevels() async throws -> LogLevelState {
        levels.reset()
        return told()
    }

    private func level(_ text: String) throws -> LogLevel {
        guard let level = LogLevel(rawValue: text) else {
            let known = LogLevel.allCases.map(\.rawValue).joined(separator: ", ")
            throw AdminError(.invalidArgument, "there is no level '\(text.prefix(32))'", hint: "levels are \(known)")
        }
        return level
    }

    /// The log itself says when it begins to say more or less.
    private func told() -> LogLevelState {
        let state = levels.shown
        let changed = state.parts.filter(\.changed).map { "\($0.part)=\($0.level)" }
        logger.notice("levels of the log were set", metadata: ["changed": "\(changed.isEmpty ? "none" : changed.joined(separator: " "))"])
        return state
    }
}
