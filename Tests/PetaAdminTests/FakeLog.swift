import PetaAdmin
import PetaAdminAPI
import Synchronization

/// Levels of a log that is not there.
final class FakeLog: LogOperations {
    private let noted = Mutex<[String]>([])

    var notes: [String] { noted.withLock { $0 } }

    private var state: LogLevelState {
        LogLevelState(parts: [.init(part: "gateway", level: "debug", configured: "info", changed: true)])
    }

    func logLevels() async throws -> LogLevelState { state }

    func setLogLevels(_ request: LogLevelRequest) async throws -> LogLevelState {
        guard request.level != "loud" else { throw AdminError(.invalidArgument, "there is no level 'loud'") }
        noted.withLock { $0.append("\(request.level ?? "-") \((request.parts ?? [:]).sorted { $0.key < $1.key })") }
        return state
    }

    func resetLogLevels() async throws -> LogLevelState {
        noted.withLock { $0.append("reset") }
        return state
    }
}
