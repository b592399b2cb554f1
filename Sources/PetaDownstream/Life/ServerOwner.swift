internal import PetaWire
internal import Synchronization

/// Takes what links tell to the actor that owns them, and to the server's log.
final class ServerOwner: LinkOwner, @unchecked Sendable {  // `redaction` is set once, before the link exists.
    private weak let server: ManagedServer?
    private let handle: ServerHandle
    private let notified: @Sendable (String, [UInt8]) -> Void
    private let log: ServerLog
    /// Stands before each line of a dedicated way: all ways share one log.
    private let mark: String
    private let lastWords = Mutex("")
    /// A change of the lists is on its way to the actor: a flood of them is one.
    private let changed = Atomic<Bool>(false)
    private let isSettled = Atomic<Bool>(false)
    var redaction: (any Redaction)?

    init(
        _ server: ManagedServer, handle: ServerHandle, notified: @escaping @Sendable (String, [UInt8]) -> Void, log: ServerLog, mark: String
    ) {
        self.server = server
        self.handle = handle
        self.notified = notified
        self.log = log
        self.mark = mark
    }

    /// The last line on standard error, if there was one.
    var lastLine: String? { lastWords.withLock { $0.isEmpty ? nil : $0 } }

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

    func linkAsked(_ method: String) {
        guard !handle.isDedicated, handle.noteAsking() else { return }
        linkLogged("it asked for \(method.prefix(64)); clients that can be asked get connections of their own from now on", .gateway)
    }

    func linkNotified(_ method: String, _ params: [UInt8]) {
        switch method {
        case "notifications/tools/list_changed", "notifications/prompts/list_changed", "notifications/resources/list_changed":
            // The lists are those of the shared connection.
            guard !handle.isDedicated, !changed.exchange(true, ordering: .acquiringAndReleasing) else { return }
            Task { [self] in
                changed.store(false, ordering: .releasing)
                await server?.refresh()
            }
        default:
            let clean = params.withUnsafeBytes { redaction?.redact($0) } ?? params
            if handle.isDedicated, method == "notifications/message" { logMessage(clean) }
            notified(method, clean)
        }
    }

    /// What a server says on a dedicated way is nobody's but that client's: for the operator it stands in the log.
    private func logMessage(_ params: [UInt8]) {
        guard params.count <= 65_536, let message = try? JSON.parse(params) else { return }
        let data = message["data"]
        let text = data?.string ?? data.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
        log.add("\(mark)\(message["level"]?.string?.prefix(16) ?? "info"): \(text)", .gateway)
    }

    func linkLogged(_ line: String, _ source: LogLine.Source) {
        var line = line
        let clean = line.withUTF8 { redaction?.redact(UnsafeRawBufferPointer($0)) }
        let text = clean.map { String(decoding: $0, as: UTF8.self) } ?? line
        if source == .stderr { lastWords.withLock { $0 = String(text.prefix(300)) } }
        log.add(mark + text, source)
    }
}
