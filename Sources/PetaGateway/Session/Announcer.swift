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

    /// Tells each session and each listen of the lists that are others for its principal, as it is now. Those of users and tokens that are
    /// gone end.
    static func changes(from old: Snapshot, to new: Snapshot, _ shared: GatewayShared) {
        var changes = ListChanges(from: old, to: new)
        func told(_ principal: Principal, _ after: Principal, _ form: ListForm) -> [(ListKind, String)] {
            let kinds = changes.kinds(old.identity.current(principal), after, form)
            guard !kinds.isEmpty else { return [] }
            // Templates have no message of their own.
            return methods.filter { kind, _ in kinds.contains(kind) || kind == .resources && kinds.contains(.templates) }
        }
        for session in shared.sessions.all() {
            guard let after = new.identity.current(session.principal) else {
                shared.sessions.remove(session)
                continue
            }
            for (_, method) in told(session.principal, after, Caller.session(session).listForm) {
                session.notify(RPC.notification(method))
            }
        }
        for listener in shared.listeners.all() {
            guard let after = new.identity.current(listener.principal) else {
                listener.finish()
                continue
            }
            for (kind, method) in told(listener.principal, after, .modern) where listener.kinds.contains(kind) {
                listener.notify(method)
            }
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
