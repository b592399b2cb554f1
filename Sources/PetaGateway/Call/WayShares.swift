internal import Synchronization

/// The connections of their own that the clients of each user hold at each server: what one user opens leaves room for the others. Who is
/// over its share gets none; a share is free again when its ways have ended, whoever ended them.
package final class WayShares<Way: AnyObject & Sendable>: Sendable {
    private struct Key: Hashable {
        let server: String
        let user: String
    }
    private let held = Mutex<[Key: [Way]]>([:])
    private let isOver: @Sendable (Way) -> Bool

    /// What one user may hold at one server: a quarter of the places that there are (256), far more than the clients of one person need.
    package static var limit: Int { 64 }

    /// `isOver`: whether a way has ended for good.
    package init(isOver: @escaping @Sendable (Way) -> Bool) { self.isOver = isOver }

    /// What `make` gives, if the user's share has room; nil also where it makes none.
    package func make(server: String, user: String, _ make: () -> Way?) -> Way? {
        let key = Key(server: server, user: user)
        return held.withLock { held in
            held[key]?.removeAll(where: isOver)
            guard held[key, default: []].count < Self.limit, let made = make() else { return nil }
            held[key, default: []].append(made)
            return made
        }
    }

    /// Forgets what has ended; to be called now and then.
    package func sweep() {
        held.withLock { held in held = held.mapValues { $0.filter { !isOver($0) } }.filter { !$1.isEmpty } }
    }
}
