internal import NIOCore
internal import PetaWire
internal import Synchronization

/// Takes what the links of one attempt tell to the actor that owns them, one after the other and in order, and to the server's log.
final class ServerOwner: LinkOwner, @unchecked Sendable {  // `redaction` is set once, before the link exists.
    /// What the actor has to know. A link says each once, but for `stale`, of which one waits at a time, and `doubted`, one for a call.
    enum News: Sendable {
        /// The lists may have changed.
        case stale
        /// The link ended by itself.
        case lost(attempt: Int, why: String)
        /// The server forgot the link's session.
        case forgotten(attempt: Int)
        /// The server tells from here on of changes of these lists, and of no others.
        case tells(of: Set<String>)
        /// The server answered as none of its era would; `done` is called with whether it is still of it.
        case doubted(attempt: Int, done: @Sendable (Bool) -> Void)
    }

    private let news: AsyncStream<News>
    private let feed: AsyncStream<News>.Continuation
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

    init(handle: ServerHandle, notified: @escaping @Sendable (String, [UInt8]) -> Void, log: ServerLog, mark: String) {
        (news, feed) = AsyncStream.makeStream(of: News.self)
        self.handle = handle
        self.notified = notified
        self.log = log
        self.mark = mark
    }

    /// The last line on standard error, if there was one.
    var lastLine: String? { lastWords.withLock { $0.isEmpty ? nil : $0 } }

    /// From here on the end of the link is the end of the connection; before, an attempt may use several links.
    func settle() { isSettled.store(true, ordering: .releasing) }

    /// Hands the news to the actor until `finish`. To be run once, by whoever ends it.
    func deliver(to server: ManagedServer) async {
        for await one in news {
            if case .stale = one { changed.store(false, ordering: .releasing) }
            await server.take(one)
        }
    }

    /// There is no more news: what this attempt opened is to be closed.
    func finish() { feed.finish() }

    /// The lists are to be read again: they are those of the shared connection. However often this is said meanwhile, it is one reading.
    func stale() {
        guard !handle.isDedicated, !changed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        feed.yield(.stale)
    }

    func tells(of lists: Set<String>) { feed.yield(.tells(of: lists)) }

    func linkLost(attempt: Int, why: String) {
        if isSettled.load(ordering: .acquiring) { feed.yield(.lost(attempt: attempt, why: why)) }
    }

    func linkForgotten(attempt: Int) { feed.yield(.forgotten(attempt: attempt)) }

    func linkDoubted(attempt: Int, _ done: @escaping @Sendable (Bool) -> Void) -> Bool {
        guard isSettled.load(ordering: .acquiring), handle.doubtEra(.now()) else { return false }
        if case .enqueued = feed.yield(.doubted(attempt: attempt, done: done)) { return true }
        handle.eraTested(isStill: true)
        return false
    }

    func linkAsked(_ method: String) {
        guard !handle.isDedicated, handle.noteAsking() else { return }
        linkLogged("it asked for \(method.prefix(64)); clients that can be asked get connections of their own from now on", .gateway)
    }

    func linkNotified(_ method: String, _ params: [UInt8]) {
        switch method {
        case "notifications/tools/list_changed", "notifications/prompts/list_changed", "notifications/resources/list_changed":
            stale()
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
