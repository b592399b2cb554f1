internal import NIOCore
internal import PetaDownstream
internal import PetaIdentity
internal import PetaWire
internal import Synchronization

/// A legacy session (MCP reference, section 4.3): one client between `initialize` and DELETE, bound to its user.
final class Session: Sendable {
    /// Unguessable: 256 random bits.
    let id: String
    /// What logs and audit call it: its first characters, which do not let anyone use it.
    let shownID: String
    var userID: String { principal.userID }
    /// Who opened it: when this token is gone, so is the session.
    let principal: Principal
    let revision: ProtocolRevision
    let clientName: String?
    let clientVersion: String?
    /// What the client declared; nil where nothing of it can be used.
    let clientCapabilities: JSON?
    let qualifiedNames: Bool
    /// What servers can ask of it.
    let abilities: ClientAbilities
    /// What it is sent on event streams, and what of it outlives the gateway.
    let streams: SessionStreams

    private struct State {
        var ended = false
        /// Questions that its client has not answered, by Peta's id, and whose they are.
        var questions: [UInt64: ForwardedCall] = [:]
        /// Connections that only this session uses, by server, and the shared handle that each branched off.
        var ways: [String: (way: ServerHandle, shared: ServerHandle)] = [:]
        var calls: [ForwardedCall] = []
        /// The last tasks that it began, and what its client calls them.
        var tasks: [(task: TaskReference, known: String)] = []
    }
    private let state = Mutex(State())
    private let used: Atomic<UInt64>

    init(
        id: String, principal: Principal, revision: ProtocolRevision, clientName: String?, clientVersion: String?,
        clientCapabilities: JSON? = nil, qualifiedNames: Bool, streams: SessionStreams, now: NIODeadline
    ) {
        self.id = id
        shownID = String(id.prefix(8))
        self.principal = principal
        self.revision = revision
        self.clientName = clientName
        self.clientVersion = clientVersion
        self.clientCapabilities = clientCapabilities
        self.qualifiedNames = qualifiedNames
        abilities = clientCapabilities.map { ClientAbilities($0, revision: revision) } ?? .none
        self.streams = streams
        used = Atomic(now.uptimeNanoseconds)
    }

    func touch(_ now: NIODeadline) { used.store(now.uptimeNanoseconds, ordering: .relaxed) }

    /// True if it was not used since then, has no stream open and no call under way.
    func isIdle(since moment: NIODeadline) -> Bool {
        guard used.load(ordering: .relaxed) < moment.uptimeNanoseconds else { return false }
        return isUnused
    }

    private var isUnused: Bool { !streams.isHeard && state.withLock { $0.calls.isEmpty } }

    var isEnded: Bool { state.withLock { $0.ended } }

    // MARK: calls

    /// Counts a call in. False: it has ended, or too many are under way.
    func enter(_ call: ForwardedCall, limit: Int) -> Bool {
        state.withLock { state in
            guard !state.ended, state.calls.count < limit else { return false }
            state.calls.append(call)
            return true
        }
    }

    func leave(_ call: ForwardedCall) {
        state.withLock { state in
            guard let index = state.calls.firstIndex(where: { $0 === call }) else { return }
            state.calls.swapAt(index, state.calls.count - 1)
            state.calls.removeLast()
        }
    }

    /// The call whose request has this id, as the client spelled it.
    func call(id: UnsafeRawBufferPointer) -> ForwardedCall? {
        state.withLock { state in state.calls.first { $0.hasClientID(id) } }
    }

    // MARK: what servers ask

    /// Notes that the client is asked something for a call. False: the session has ended, or too much is asked of it already.
    func expect(_ id: UInt64, _ call: ForwardedCall) -> Bool {
        state.withLock { state in
            guard !state.ended, state.questions.count < Self.questionLimit else { return false }
            state.questions[id] = call
            return true
        }
    }

    /// Nobody waits for this answer any more.
    func forget(_ id: UInt64) { state.withLock { $0.questions[id] = nil } }

    /// Gives the client's answer to the call that waits for it; one that nobody waits for is dropped.
    func answered(_ id: UInt64, _ message: ByteBuffer, _ scan: MessageScan) {
        // Handed over under the lock, so that it comes behind a question that is passed on.
        state.withLock { $0.questions[id]?.clientAnswered(id, message, scan) }
    }

    /// Gives an answer that came too late for a call to the one that has its question now, if any.
    func pass(_ id: UInt64, _ message: ByteBuffer, _ scan: MessageScan, by call: ForwardedCall) {
        state.withLock { state in
            guard let next = state.questions[id], next !== call else { return }
            next.clientAnswered(id, message, scan)
        }
    }

    /// This session's own connection to a server; nil where there are too many, of its user or in all.
    func way(to shared: ServerHandle, _ ways: Ways) -> ServerHandle? {
        let (way, old) = state.withLock { state -> (ServerHandle?, ServerHandle?) in
            let known = state.ways[shared.id]
            if let known, known.shared === shared, !known.way.isOver { return (known.way, nil) }
            guard !state.ended, let made = ways.make(shared, userID, abilities) else { return (nil, nil) }
            made.onNotification { [weak self, id = shared.id] method, params in self?.told(id, method, params) }
            state.ways[shared.id] = (made, shared)
            return (made, known?.way)
        }
        old?.retire()
        return way
    }

    /// What a server says to this session alone, and not because of a call.
    private func told(_ server: String, _ method: String, _ params: [UInt8]) {
        switch method {
        case "notifications/message":
            guard params.count <= Self.messageLimit, LogMessages.passes(params: params, logLevel) else { return }
            notify(RPC.notification(method, params: params), keep: false)
        case "notifications/elicitation/complete":
            guard params.count <= Self.messageLimit, abilities.set.contains(.url) else { return }
            notify(RPC.notification(method, params: params))
        case "notifications/tasks/status":
            guard let status = Self.status(params), let own = ownStatus(status, of: server, isDedicated: true) else { return }
            notify(RPC.notification(method, params: own), keep: false)
        default: break
        }
    }

    /// A call of this session at a server, other than these that cannot: it may take over what the server asks on their connection.
    func heir(of call: ForwardedCall, besides tried: [ForwardedCall]) -> ForwardedCall? {
        state.withLock { state in
            state.calls.last { heir in
                heir !== call && heir.server.handle.id == call.server.handle.id && !tried.contains { $0 === heir }
            }
        }
    }

    /// From here on another call waits for these answers, also for those that are on their way to the old one, which passes them on.
    /// `take` tells the new call, and must not block: no answer reaches it before. False: the session has ended.
    func hand(_ ids: [UInt64], to heir: ForwardedCall, _ take: () -> Void) -> Bool {
        state.withLock { state in
            guard !state.ended else { return false }
            take()
            for id in ids { state.questions[id] = heir }
            return true
        }
    }

    /// Tasks whose status a session is told; of more, the last ones.
    private static let taskLimit = 64

    /// Its client was told of a task that it began, by this id.
    func began(_ task: TaskReference, as known: String) {
        state.withLock { state in
            if state.tasks.count >= Self.taskLimit { state.tasks.removeFirst() }
            state.tasks.append((task, known))
        }
    }

    /// What `notifications/tasks/status` says; nil where it is unusable.
    static func status(_ params: [UInt8]) -> JSON? { params.count <= messageLimit ? try? JSON.parse(params) : nil }

    /// The same as this session's client is told it; nil where the task is none that this session saw begin. Nothing obliges a server to
    /// send it, or a client to wait for it: after a restart nobody is told.
    func ownStatus(_ status: JSON, of server: String, isDedicated: Bool) -> [UInt8]? {
        guard revision == .november2025, let id = status["taskId"]?.string else { return nil }
        let task = TaskReference(server: server, id: id, isDedicated: isDedicated)
        guard let known = state.withLock({ state in state.tasks.last { $0.task == task }?.known }) else { return nil }
        var own = status
        own.set(key: "taskId", value: .string(known))
        if var meta = own["_meta"], meta.remove(PetaWire.Envelope.relatedTask) { own.set(key: "_meta", value: meta) }
        return own.bytes
    }

    /// The largest message that is passed on without a call.
    private static let messageLimit = 16 << 10

    /// The client's roots have changed: told to the servers that were told that it has some.
    func rootsChanged() {
        guard abilities.set.contains(.roots) else { return }
        for (way, _) in state.withLock({ Array($0.ways.values) }) { way.rootsChanged() }
    }

    /// Questions to one client that may be open at once.
    private static let questionLimit = 256

    // MARK: what it is told

    /// Sends a notification on the general stream, or keeps it for the next connection (of equal ones one). One that is not to be kept is
    /// so only for a client that listened before.
    func notify(_ message: [UInt8], keep: Bool = true) { streams.notify(message, kept: keep) }

    /// Log messages from this level on reach the client.
    var logLevel: LogLevel { askedLevel ?? .info }

    /// The level that it asked for.
    var askedLevel: LogLevel? { streams.kept.level.flatMap(LogLevel.init(name:)) }

    /// Sets the level and gives the one before, if any was asked for; nil when the session has ended.
    func ask(_ level: LogLevel) -> LogLevel?? {
        streams.keep { kept in
            defer { kept.level = "\(level)" }
            return kept.level.flatMap(LogLevel.init(name:))
        }
    }

    /// URIs of resources that it subscribed to. They come back after a restart; who subscribes at the servers is told by nobody but this.
    var subscriptions: [String] { streams.kept.subscriptions }

    /// Changes them; false when the session has ended.
    func changeSubscriptions(_ change: (inout [String]) -> Void) -> Bool { streams.keep { change(&$0.subscriptions) } != nil }

    // MARK: life

    /// Ends it: calls under way are cancelled, the stream is closed.
    func end() {
        let (calls, ways) = state.withLock { state in
            state.ended = true
            defer {
                state.questions = [:]
                state.ways = [:]
            }
            return (state.calls, Array(state.ways.values))
        }
        for call in calls { call.cancel() }
        for (way, _) in ways { way.retire() }
        streams.end()
    }

    /// What brings it back after a restart.
    var image: SessionImage {
        var image = SessionImage(
            id: id, tokenID: principal.tokenID, userID: userID, revision: revision.rawValue, clientName: clientName,
            clientVersion: clientVersion, capabilities: clientCapabilities?.bytes, qualifiedNames: qualifiedNames)
        image.uid = principal.localUID
        return image
    }

    /// Lets go what is too old, and writes down when it was used last, to within `step` seconds.
    func keepUp(_ now: NIODeadline, step: Int64) {
        let last = isUnused ? NIODeadline.uptimeNanoseconds(used.load(ordering: .relaxed)) : now
        streams.keepUp(used: streams.clock() - max(0, (now - last).nanoseconds / 1_000_000_000), step: step)
    }
}

/// Levels of log messages (RFC 5424, as MCP names them).
enum LogLevel: Int, Sendable, CaseIterable {
    case debug, info, notice, warning, error, critical, alert, emergency

    init?(name: String) {
        guard let level = Self.allCases.first(where: { "\($0)" == name }) else { return nil }
        self = level
    }
}
