package import PetaStore
package import PetaWire
internal import Synchronization

/// What each server exposes, and how dangerous its tools are: the first layer of rights.
///
/// Settings go by name and are kept whatever the server does; they hold for a thing that the server does not offer yet, and vanish with
/// `forget`. Operations return when the change is stored and every listener of the change feed has applied it.
package final class Exposures: Sendable {
    private let store: any ExposureStore
    private let feed: ChangeFeed
    private let current = Mutex<[String: ServerExposure]>([:])

    /// Settings of one server at most.
    package static let limit = 20_000

    /// Empty; `load` reads the store.
    package init(store: any ExposureStore, feed: ChangeFeed) {
        self.store = store
        self.feed = feed
    }

    /// Reads everything; once, before anybody asks.
    package func load() async throws {
        let made = Dictionary(grouping: try await store.all(), by: \.server).mapValues(Self.exposure)
        current.withLock { $0 = made }
    }

    /// What holds for a server now.
    package func of(_ server: String) -> ServerExposure { current.withLock { $0[server] } ?? .plain }

    /// Changes what is said of one thing; nil leaves a part as it is, and `.some(nil)` takes a danger level back.
    ///
    /// Throws `invalid_argument` naming the field, and `failed` where there are too many settings.
    package func set(_ server: String, _ target: CapabilityName, isExposed: Bool?, danger: DangerLevel??) async throws {
        guard (1...target.kind.nameLimit).contains(target.name.utf8.count), !target.name.utf8.contains(0) else {
            throw ExposureError(
                "invalid_argument", "name: the name of a \(target.kind.rawValue) is 1 to \(target.kind.nameLimit) bytes, none of them zero")
        }
        guard danger == nil || target.kind == .tool else {
            throw ExposureError("invalid_argument", "danger: only a tool has a danger level")
        }
        try await store.change(server, target, limit: Self.limit) { setting in
            if let isExposed { setting.isExposed = isExposed }
            if let danger { setting.danger = danger }
        } committed: { [self] settings in
            let made = Self.exposure(settings)
            current.withLock { $0[server] = made == .plain ? nil : made }
        }
        await feed.announce(.exposure)
    }

    /// Forgets what was said of a server that is removed: one of the same name starts with nothing.
    package func forget(_ server: String) async throws {
        try await store.remove(server) { [self] in current.withLock { $0[server] = nil } }
        await feed.announce(.exposure)
    }

    private static func exposure(_ settings: [ExposureSetting]) -> ServerExposure {
        ServerExposure(
            hidden: Set(settings.filter { !$0.isExposed }.map(\.target)),
            levels: Dictionary(settings.compactMap { setting in setting.danger.map { (setting.target, $0) } }) { first, _ in first })
    }
}
