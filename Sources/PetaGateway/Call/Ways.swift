internal import NIOCore
internal import PetaDownstream
internal import PetaIdentity
internal import Synchronization

/// Connections of their own for clients that servers may ask: for each session one, and for clients of the modern era, which have no
/// session, one for each call at a time, kept for the next call of the same user with the same abilities.
final class Ways: Sendable {
    /// For whom a way of the modern era was made.
    private struct Key: Hashable {
        let server: ObjectIdentifier
        let user: String
        let abilities: [UInt8]
    }
    private struct Idle {
        let way: ServerHandle
        /// Held, so that no other handle can take its place in the key.
        let server: ServerHandle
        let since: NIODeadline
    }
    private struct State {
        var idle: [Key: [Idle]] = [:]
        var count = 0
    }
    private let state = Mutex(State())
    private let shares = WayShares<ServerHandle> { $0.isOver }
    /// Ways that may lie idle in all, and for how long.
    private static let idleLimit = 1024
    private static let idleTime = TimeAmount.seconds(120)
    /// A server that asks nothing in so many calls of clients that it could ask is taken for one that does not ask.
    private static let trialCalls = 20

    /// Whether a call is to go on a connection of its own.
    func isWanted(_ server: ServerHandle, _ abilities: ClientAbilities) -> Bool {
        switch server.definition.isolation {
        case .shared: return false
        case .session: return true
        case .auto:
            guard abilities.canBeAsked else { return false }
            if server.asksBack { return true }
            // A server that keeps to what its client declared shows that it asks only to one that can be asked.
            return server.quietCalls < Self.trialCalls
        }
    }

    /// A call on a connection of its own was answered, and the server asked nothing.
    func askedNothing(_ server: ServerHandle) {
        if server.definition.isolation == .auto, !server.asksBack { server.noteQuiet() }
    }

    /// A new way for a client of this user; nil where there are too many, of the user or in all.
    func make(_ server: ServerHandle, _ user: String, _ abilities: ClientAbilities) -> ServerHandle? {
        shares.make(server: server.id, user: user) { server.dedicated(abilities.announced) }
    }

    /// A way for one call of the modern era; nil where there are too many.
    func lease(_ server: ServerHandle, _ user: String, _ abilities: ClientAbilities) -> ServerHandle? {
        let key = Key(server: ObjectIdentifier(server), user: user, abilities: abilities.announcedBytes)
        let kept = state.withLock { state -> ServerHandle? in
            guard let last = state.idle[key]?.popLast() else { return nil }
            if state.idle[key]?.isEmpty == true { state.idle[key] = nil }
            state.count -= 1
            return last.way
        }
        return kept ?? make(server, user, abilities)
    }

    /// Gives a way back.
    func give(_ way: ServerHandle, of server: ServerHandle, _ user: String, _ abilities: ClientAbilities, at now: NIODeadline) {
        let key = Key(server: ObjectIdentifier(server), user: user, abilities: abilities.announcedBytes)
        let isKept = state.withLock { state in
            guard state.count < Self.idleLimit else { return false }
            state.idle[key, default: []].append(Idle(way: way, server: server, since: now))
            state.count += 1
            return true
        }
        if !isKept { way.retire() }
    }

    /// Ends what lies idle too long; to be called now and then.
    func sweep(_ now: NIODeadline) {
        let old = state.withLock { state in
            var old: [ServerHandle] = []
            for (key, list) in state.idle {
                let left = list.filter { now - $0.since < Self.idleTime }
                guard left.count < list.count else { continue }
                old += list.filter { now - $0.since >= Self.idleTime }.map(\.way)
                state.idle[key] = left.isEmpty ? nil : left
            }
            state.count -= old.count
            return old
        }
        for way in old { way.retire() }
        shares.sweep()
    }

    /// Ends all that lie idle.
    func close() {
        let all = state.withLock { state in
            defer { state.idle = [:] }
            state.count = 0
            return state.idle.values.flatMap { $0 }
        }
        for idle in all { idle.way.retire() }
    }
}
