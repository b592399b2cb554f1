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

    /// For whom something has changed: what a user sees depends on the client's form of lists.
    private struct View: Hashable {
        let user: String
        let form: ListForm
    }

    /// Compares what each session's user could see with what it sees now. Sessions of users and tokens that are gone end.
    static func changes(from old: Snapshot, to new: Snapshot, _ shared: GatewayShared) {
        var verdicts: [View: [(ListKind, String)]] = [:]
        func changed(_ user: String, _ form: ListForm) -> [(ListKind, String)] {
            let view = View(user: user, form: form)
            if let known = verdicts[view] { return known }
            let found = methodsChanged(for: view, old, new)
            verdicts[view] = found
            return found
        }
        for session in shared.sessions.all() {
            guard new.identity.current(session.principal) != nil else {
                shared.sessions.remove(session)
                continue
            }
            for (_, method) in changed(session.userID, Caller.session(session).listForm) { session.notify(RPC.notification(method)) }
        }
        for listener in shared.listeners.all() {
            guard new.identity.current(listener.principal) != nil else {
                listener.finish()
                continue
            }
            for (kind, method) in changed(listener.principal.userID, .modern) where listener.kinds.contains(kind) {
                listener.notify(method)
            }
        }
    }

    private static func methodsChanged(for view: View, _ old: Snapshot, _ new: Snapshot) -> [(ListKind, String)] {
        let before = visible(view.user, old)
        let after = visible(view.user, new)
        func isSame(_ kind: ListKind) -> Bool { items(before, kind, view.form) == items(after, kind, view.form) }
        return methods.filter { kind, _ in !isSame(kind) || kind == .resources && !isSame(.templates) }
    }

    private static func visible(_ user: String, _ snapshot: Snapshot) -> [ServerListing] {
        snapshot.catalog.listings.filter { listing in
            let isPublic = listing.handle.definition.publicAccess
            guard let known = snapshot.identity.users[user] else { return false }
            return isPublic || known.role == .owner || snapshot.identity.grants(of: user).contains(listing.handle.id)
        }
    }

    private static func items(_ listings: [ServerListing], _ kind: ListKind, _ form: ListForm) -> [[UInt8]] {
        listings.flatMap { listing in listing.items[kind.rawValue].map { $0.bytes(qualified: false, form: form) } }
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
