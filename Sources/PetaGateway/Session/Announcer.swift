internal import NIOCore
internal import PetaDownstream
internal import PetaIdentity
internal import PetaWire
internal import Synchronization

/// Tells sessions what has changed for them, and only that.
enum Announcer {
    private static let methods: [(ListKind, String)] = [
        (.tools, "notifications/tools/list_changed"), (.prompts, "notifications/prompts/list_changed"),
        (.resources, "notifications/resources/list_changed"),
    ]

    /// Compares what each session's user could see with what it sees now. Sessions of users and tokens that are gone end.
    static func changes(from old: Snapshot, to new: Snapshot, _ shared: GatewayShared) {
        var verdicts: [String: [(ListKind, String)]] = [:]
        for session in shared.sessions.all() {
            guard new.identity.current(session.principal) != nil else {
                shared.sessions.remove(session)
                continue
            }
            let changed = verdicts[session.userID] ?? methodsChanged(for: session.userID, old, new)
            verdicts[session.userID] = changed
            for (_, method) in changed { session.notify(RPC.notification(method)) }
        }
        for listener in shared.listeners.all() {
            guard new.identity.current(listener.principal) != nil else {
                listener.finish()
                continue
            }
            let user = listener.principal.userID
            let changed = verdicts[user] ?? methodsChanged(for: user, old, new)
            verdicts[user] = changed
            for (kind, method) in changed where listener.kinds.contains(kind) { listener.notify(method) }
        }
    }

    private static func methodsChanged(for user: String, _ old: Snapshot, _ new: Snapshot) -> [(ListKind, String)] {
        let before = visible(user, old)
        let after = visible(user, new)
        return methods.filter { kind, _ in
            items(before, kind) != items(after, kind)
                || kind == .resources && items(before, .templates) != items(after, .templates)
        }
    }

    private static func visible(_ user: String, _ snapshot: Snapshot) -> [ServerListing] {
        snapshot.catalog.listings.filter { listing in
            let isPublic = listing.handle.definition.publicAccess
            guard let known = snapshot.identity.users[user] else { return false }
            return isPublic || known.role == .owner || snapshot.identity.grants(of: user).contains(listing.handle.id)
        }
    }

    private static func items(_ listings: [ServerListing], _ kind: ListKind) -> [[UInt8]] {
        listings.flatMap { listing in
            listing.items[kind.rawValue].flatMap { $0.withTasks.isEmpty ? [$0.safe] : [$0.safe, $0.withTasks.safe] }
        }
    }

    /// Passes on what a server says of a task, to the sessions that began it. Not on an event loop.
    static func taskStatus(_ server: String, _ params: [UInt8], _ shared: GatewayShared) {
        guard let params = Session.status(params) else { return }
        for session in shared.sessions.all() {
            guard let own = session.ownStatus(params, of: server, isDedicated: false), shared.mayUse(session.principal, server) else {
                continue
            }
            session.notify(RPC.notification("notifications/tasks/status", params: own), keep: false)
        }
    }

    /// Largest log message that is passed on to sessions that did not ask for it.
    static let relayLimit = 16 << 10

    /// Passes a log message that belongs to no call on to the sessions that may use the server. Not on an event loop.
    static func relay(_ server: String, _ params: [UInt8], _ shared: GatewayShared) {
        guard params.count <= relayLimit, let level = LogMessages.level(params: params) else { return }
        let message = RPC.notification("notifications/message", params: params)
        for session in shared.sessions.all() where level.rawValue >= session.logLevel.rawValue {
            if shared.mayUse(session.principal, server) { session.notify(message, keep: false) }
        }
    }
}
