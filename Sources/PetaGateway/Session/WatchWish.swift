internal import PetaDownstream
internal import PetaIdentity
internal import PetaWire

/// A client's wish to watch a resource or no more to, on its way to `Watches`.
struct WatchWish: Sendable {
    let place: Watches.Place
    let watcher: Watcher
    let isWanted: Bool
    /// Called once, on any thread, with the reason if it was not granted.
    let done: @Sendable (Watches.Refusal?) -> Void

    init(place: Watches.Place, watcher: Watcher, isWanted: Bool, done: @escaping @Sendable (Watches.Refusal?) -> Void) {
        self.place = place
        self.watcher = watcher
        self.isWanted = isWanted
        self.done = done
    }

    /// Notes it, in order with what else this client wants. What is left to do is done by `fulfil`.
    func register(_ watches: Watches, _ shares: WatchShares) async -> Bool {
        guard isWanted else {
            await watches.unregister(place, watcher)
            giveBack(shares)
            remember(false)
            return true
        }
        guard shares.take(server: place.server, uri: place.uri, user: watcher.principal.userID, watcher: watcher.id) else {
            done(Watches.Refusal(message: "this user watches too many resources"))
            return false
        }
        do throws(Watches.Refusal) {
            try await watches.register(place, watcher)
            return true
        } catch {
            giveBack(shares)
            done(error)
            return false
        }
    }

    /// Has the server told, and says whether it agrees.
    func fulfil(_ watches: Watches, _ shares: WatchShares) async {
        do {
            try await watches.settle(place)
            if isWanted { remember(true) }
            done(nil)
        } catch {
            guard isWanted else { return done(nil) }
            await watches.unregister(place, watcher)
            giveBack(shares)
            done(error as? Watches.Refusal ?? Watches.Refusal(message: Self.explain(error)))
        }
    }

    private func giveBack(_ shares: WatchShares) {
        shares.give(server: place.server, uri: place.uri, user: watcher.principal.userID, watcher: watcher.id)
    }

    /// A session's subscriptions come back with it after a restart.
    private func remember(_ isWatched: Bool) {
        guard case .session(let session) = watcher else { return }
        let uri = Names.canonical(server: place.server, name: place.uri)
        _ = session.changeSubscriptions { uris in
            uris.removeAll { $0 == uri }
            if isWatched { uris.append(uri) }
        }
    }

    /// What the server said goes to the client; why it cannot be reached does not.
    private static func explain(_ error: any Error) -> String {
        if case .badAnswer(let why)? = error as? DownstreamFailure { return "The resource cannot be watched: \(why)".clipped(to: 400) }
        return "The resource cannot be watched: its server cannot be reached"
    }
}
