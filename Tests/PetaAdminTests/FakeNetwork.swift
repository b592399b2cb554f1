import PetaAdmin
import PetaAdminAPI
import PetaIdentity
import Synchronization

/// An address list that only notes what is asked of it. The range "last" is one that has to be confirmed.
final class FakeNetwork: NetworkOperations {
    private let state = Mutex(NetworkState(mode: "off", entries: []))
    private let noted = Mutex<[String]>([])

    var notes: [String] { noted.withLock { $0 } }
    private func note(_ text: String) { noted.withLock { $0.append(text) } }

    func network() async throws -> NetworkState { state.withLock { $0 } }

    func allow(_ range: NewNetworkRange, as principal: Principal) async throws -> NetworkRange {
        note("allow \(range.range) \(range.workspace ?? "-") \(range.note ?? "-") \(principal.userID)")
        let entry = NetworkRange(
            range: range.range, workspace: range.workspace, note: range.note, createdAt: Timestamp(milliseconds: 0),
            createdBy: principal.userID)
        state.withLock { $0.entries.append(entry) }
        return entry
    }

    func disallow(_ range: String, workspace: String?, confirmed: Bool) async throws {
        note("disallow \(range) \(workspace ?? "-") \(confirmed)")
        if range == "last", !confirmed { throw AdminError(.notPermitted, "everybody would be shut out") }
    }

    func setMode(_ mode: String, confirmed: Bool) async throws -> NetworkState {
        note("mode \(mode) \(confirmed)")
        return state.withLock { state in
            state.mode = mode
            return state
        }
    }
}
