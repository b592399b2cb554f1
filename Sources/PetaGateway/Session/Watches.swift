internal import PetaDownstream
internal import PetaIdentity
internal import PetaWire
internal import Synchronization

/// Who is told of changes of a resource: a session of the legacy era, or a listen of the modern one.
enum Watcher: Sendable {
    case session(Session)
    case listener(Listener)

    var id: ObjectIdentifier {
        switch self {
        case .session(let session): ObjectIdentifier(session)
        case .listener(let listener): ObjectIdentifier(listener)
        }
    }

    var principal: Principal {
        switch self {
        case .session(let session): session.principal
        case .listener(let listener): listener.principal
        }
    }

    /// Tells it that the resource with this URI, as clients know it, has changed.
    func updated(_ uri: String) {
        var quoted: [UInt8] = []
        JSON.appendQuoted(uri, into: &quoted)
        let members = Array("\"uri\":".utf8) + quoted
        switch self {
        case .session(let session):
            session.notify(RPC.notification("notifications/resources/updated", params: Array("{".utf8) + members + [0x7D]))
        case .listener(let listener): listener.notify("notifications/resources/updated", members)
        }
    }
}

/// Resources that are watched, counted over all clients: a server has one subscription for each, whoever and however many watch it.
actor Watches {
    /// What is watched: a server, and the URI by which it knows the resource.
    struct Place: Hashable, Sendable {
        let server: String
        let uri: String
    }

    /// Why something is not watched.
    struct Refusal: Error {
        let message: String
    }

    private let watch: @Sendable (Place) async throws -> Void
    private let unwatch: @Sendable (Place) async -> Void
    private var watchers: [Place: [ObjectIdentifier: Watcher]] = [:]
    private var places: [ObjectIdentifier: Set<Place>] = [:]
    /// Changes at a server of one place, one behind the other.
    private var turns: [Place: Task<Void, any Error>] = [:]
    /// Resources that one client may watch, and that are watched in all.
    static let clientLimit = 1000
    private static let limit = 50_000

    private let news: ResourceNews

    init(_ servers: Servers, _ news: ResourceNews) {
        self.news = news
        watch = { try await servers.watch($0.server, $0.uri) }
        unwatch = { await servers.unwatch($0.server, $0.uri) }
    }

    /// Notes the wish; whoever wants to know whether the server agrees calls `settle` behind it. Commands of one client come in order.
    func register(_ place: Place, _ watcher: Watcher) throws(Refusal) {
        if watchers[place]?[watcher.id] != nil { return }
        guard places[watcher.id, default: []].count < Self.clientLimit, watchers.count < Self.limit else {
            throw Refusal(message: "too many resources are watched")
        }
        watchers[place, default: [:]][watcher.id] = watcher
        places[watcher.id, default: []].insert(place)
        news.count(place.server, by: 1)
    }

    func unregister(_ place: Place, _ watcher: Watcher) { forget(place, watcher.id) }

    /// A client has gone: the places that it watched.
    func unregisterAll(_ id: ObjectIdentifier) -> [Place] {
        let all = Array(places[id] ?? [])
        for place in all { forget(place, id) }
        return all
    }

    @discardableResult
    private func forget(_ place: Place, _ id: ObjectIdentifier) -> Bool {
        guard watchers[place]?.removeValue(forKey: id) != nil else { return false }
        news.count(place.server, by: -1)
        if watchers[place]?.isEmpty == true { watchers[place] = nil }
        places[id]?.remove(place)
        if places[id]?.isEmpty == true { places[id] = nil }
        return true
    }

    /// What the servers have been told, by place.
    private var told: Set<Place> = []
    /// What is watched, and what the server that stands there now has not been told yet.
    private var owed: Set<Place> = []
    /// How often another server has come to stand under an id, or none.
    private var turnovers: [String: Int] = [:]
    /// Places that are settled anew at a time.
    private static let width = 32

    /// A server was added or removed: what was agreed with the one that stood under this id before holds no more.
    func turnover(_ server: String) {
        turnovers[server, default: 0] += 1
        for place in told where place.server == server { told.remove(place) }
        for place in watchers.keys where place.server == server { owed.insert(place) }
    }

    /// Takes what is owed to clients that may watch it: to be settled.
    func due(_ mayWatch: @Sendable (Principal, Place) -> Bool) -> [Place] {
        guard !owed.isEmpty else { return [] }
        owed = owed.filter { watchers[$0] != nil }
        let due = owed.filter { place in watchers[place]?.values.contains { mayWatch($0.principal, place) } ?? false }
        owed.subtract(due)
        return Array(due)
    }

    /// Settles many, some at a time. What a server does not agree to any more is not told.
    nonisolated func settle(_ places: [Place]) async {
        await withTaskGroup(of: Void.self) { group in
            for (number, place) in places.enumerated() {
                if number >= Self.width { await group.next() }
                group.addTask { try? await self.settle(place) }
            }
        }
    }

    /// Makes the server's subscription what it should be, after whatever is under way for this place. Returns when the server has agreed,
    /// or throws why it has not.
    func settle(_ place: Place) async throws {
        let before = turns[place]
        let turn = Task {
            _ = try? await before?.value
            try await self.reconcile(place)
        }
        turns[place] = turn
        defer { if turns[place] == turn { turns[place] = nil } }
        try await turn.value
    }

    private func reconcile(_ place: Place) async throws {
        let isWanted = watchers[place] != nil
        guard isWanted != told.contains(place) else { return }
        if isWanted {
            try await watchAtLast(place)
        } else {
            told.remove(place)
            await unwatch(place)
        }
    }

    /// Has the server told that stands there when it has been told.
    private func watchAtLast(_ place: Place) async throws {
        while watchers[place] != nil {
            let turn = turnovers[place.server]
            do {
                try await watch(place)
            } catch {
                guard turn != turnovers[place.server] else { throw error }
                continue
            }
            guard turn == turnovers[place.server] else { continue }
            told.insert(place)
            owed.remove(place)
            return
        }
    }

    /// A server says that a resource has changed: those are told who watch it, or something that it is a part of, and still may see
    /// both.
    func updated(_ server: String, _ uri: String, _ mayWatch: @Sendable (Principal, _ watched: String) -> Bool) {
        for (place, clients) in watchers where place.server == server && Self.covers(place.uri, uri) {
            for watcher in clients.values where mayWatch(watcher.principal, place.uri) {
                watcher.updated(Names.canonical(server: server, name: uri))
            }
        }
    }

    /// The same resource, or one below it.
    private static func covers(_ watched: String, _ changed: String) -> Bool {
        guard changed.utf8.starts(with: watched.utf8) else { return false }
        let rest = changed.utf8.dropFirst(watched.utf8.count)
        return rest.isEmpty || watched.hasSuffix("/") || rest.first == 0x2F || rest.first == 0x23
    }
}
