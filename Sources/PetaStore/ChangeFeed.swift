import Synchronization

/// Tells the parts that keep snapshots that what they were built from has changed.
///
/// Announce after the commit. Deliveries never overlap and keep the order of the announcements, so a snapshot that is
/// read from the database in the subscriber is never replaced by an older one.
package final class ChangeFeed: Sendable {
    /// Called with what changed; the announcer waits until it returns.
    package typealias Subscriber = @Sendable (Set<Change>) async -> Void

    private struct State {
        var subscribers: [Subscriber] = []
        var last: Task<Void, Never>?
    }

    private let state = Mutex(State())
    @TaskLocal private static var delivering: Set<ObjectIdentifier> = []

    /// A feed without subscribers.
    package init() {}

    /// Adds a subscriber for the life of the feed. Subscribers are called in the order in which they were added.
    package func subscribe(_ subscriber: @escaping Subscriber) {
        state.withLock { $0.subscribers.append(subscriber) }
    }

    /// Lets go of every subscriber: what they hold may hold the feed.
    package func close() {
        state.withLock { state in
            state.subscribers = []
            state.last = nil
        }
    }

    /// Returns when every subscriber has applied the change, also when the caller's task is cancelled meanwhile.
    ///
    /// A subscriber may announce: that is delivered at once, inside its own delivery.
    package func announce(_ changes: Change...) async {
        let changes = Set(changes)
        guard !changes.isEmpty else { return }
        let identity = ObjectIdentifier(self)
        if Self.delivering.contains(identity) {
            for subscriber in state.withLock({ $0.subscribers }) { await subscriber(changes) }
            return
        }
        // The task is owned by this call, which awaits it; it only exists to stand in line behind the one before.
        let delivery = state.withLock { state in
            let before = state.last
            let task = Task { [subscribers = state.subscribers] in
                await before?.value
                await Self.$delivering.withValue(Self.delivering.union([identity])) {
                    for subscriber in subscribers { await subscriber(changes) }
                }
            }
            state.last = task
            return task
        }
        await delivery.value
    }
}
