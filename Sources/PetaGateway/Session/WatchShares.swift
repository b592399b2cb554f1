internal import Synchronization

/// The resources that the clients of each user watch, so that one user leaves room for the others: `Watches` and each server have limits for
/// all together.
package final class WatchShares: Sendable {
    private struct Share {
        /// By server and URI: the clients that watch it.
        var watched: [String: [String: Set<ObjectIdentifier>]] = [:]
        var count = 0
    }
    private let shares = Mutex<[String: Share]>([:])

    /// Resources that one user may watch at one server, a quarter of what a server is asked for (4,096) and more than one client may
    /// (`Watches.clientLimit`); and in all, a quarter of what the gateway watches (50,000).
    package static let serverLimit = 1024
    package static let limit = 12_500

    /// Nothing is watched.
    package init() {}

    /// Counts a resource in, once for each user however many of its clients watch it. False: the share is full.
    package func take(server: String, uri: String, user: String, watcher: ObjectIdentifier) -> Bool {
        shares.withLock { shares in
            if shares[user]?.watched[server]?[uri] == nil {
                guard shares[user]?.count ?? 0 < Self.limit, shares[user]?.watched[server]?.count ?? 0 < Self.serverLimit else {
                    return false
                }
                shares[user, default: Share()].count += 1
            }
            shares[user, default: Share()].watched[server, default: [:]][uri, default: []].insert(watcher)
            return true
        }
    }

    /// One client does not watch a resource any more.
    package func give(server: String, uri: String, user: String, watcher: ObjectIdentifier) {
        shares.withLock { shares in
            guard shares[user]?.watched[server]?[uri]?.remove(watcher) != nil,
                shares[user]?.watched[server]?[uri]?.isEmpty == true
            else { return }
            shares[user]?.watched[server]?[uri] = nil
            shares[user]?.count -= 1
            if shares[user]?.watched[server]?.isEmpty == true { shares[user]?.watched[server] = nil }
            if shares[user]?.count == 0 { shares[user] = nil }
        }
    }
}
