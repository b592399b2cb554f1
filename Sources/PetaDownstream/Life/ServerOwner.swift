internal import Synchronization

/// Takes what links tell to the actor.
final class ServerOwner: LinkOwner, @unchecked Sendable {  // `redaction` is set once, before the link exists.
    private weak let server: ManagedServer?
    private let notified: @Sendable (String, [UInt8]) -> Void
    private let log: ServerLog
    private let isSettled = Atomic<Bool>(false)
    var redaction: (any Redaction)?

    init(_ server: ManagedServer, notified: @escaping @Sendable (String, [UInt8]) -> Void, log: ServerLog) {
        self.server = server
        self.notified = notified
        self.log = log
    }

    /// From here on the end of the link is the end of the connection; before, an attempt may use several links.
    func settle() { isSettled.store(true, ordering: .releasing) }

    /// The server tells from here on what changes.
    func listens() {
        Task { [server] in await server?.refresh() }
    }

    func linkLost(attempt: Int, why: String) {
        guard isSettled.load(ordering: .acquiring) else { return }
        Task { [server] in await server?.lost(attempt, why) }
    }

    func linkForgotten(attempt: Int) {
        Task { [server] in await server?.forgotten(attempt) }
    }

    func linkNotified(_ method: String, _ params: [UInt8]) {
        switch method {
        case "notifications/tools/list_changed", "notifications/prompts/list_changed", "notifications/resources/list_changed":
            Task { [server] in await server?.refresh() }
        default:
            let clean = params.withUnsafeBytes { redaction?.redact($0) }
            notified(method, clean ?? params)
        }
    }

    func linkLogged(_ line: String, _ source: LogLine.Source) {
        var line = line
        let clean = line.withUTF8 { redaction?.redact(UnsafeRawBufferPointer($0)) }
        log.add(clean.map { String(decoding: $0, as: UTF8.self) } ?? line, source)
    }
}
