internal import Synchronization

/// Resources of which servers say that they have changed, until those who watch are told: each once, however often a server says so, and
/// only of servers at which something is watched. So a flood of messages takes neither memory nor turns.
final class ResourceNews: Sendable {
    private struct State {
        var watched: [String: Int] = [:]
        var changed: [String: Set<String>] = [:]
    }
    private let state = Mutex(State())
    private let wake: @Sendable () -> Void
    /// Resources of one server that may wait, and the longest URI.
    private static let limit = 4096
    private static let uriLimit = 8192

    /// `wake` is called when there is something; it must not block.
    init(_ wake: @escaping @Sendable () -> Void) { self.wake = wake }

    /// Something more, or less, is watched at a server.
    func count(_ server: String, by change: Int) {
        state.withLock { state in
            let count = state.watched[server, default: 0] + change
            state.watched[server] = count > 0 ? count : nil
        }
    }

    /// A server says that a resource has changed. `uri` is read only where it matters.
    func changed(_ server: String, _ uri: () -> String?) {
        guard state.withLock({ $0.watched[server] != nil }), let uri = uri(), uri.utf8.count <= Self.uriLimit else { return }
        let isNew = state.withLock { state in
            guard state.changed[server, default: []].count < Self.limit else { return false }
            return state.changed[server, default: []].insert(uri).inserted
        }
        if isNew { wake() }
    }

    /// Takes all of it.
    func take() -> [(server: String, uri: String)] {
        let all = state.withLock { state in
            defer { state.changed = [:] }
            return state.changed
        }
        return all.flatMap { server, uris in uris.map { (server, $0) } }
    }
}
