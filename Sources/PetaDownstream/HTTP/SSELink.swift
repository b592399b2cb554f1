internal import NIOCore
internal import PetaWire
internal import Synchronization

/// The way to an HTTP+SSE server (2024-11-05; MCP reference, section 4.7): one event stream on which everything comes, and a URL that it
/// names, to which everything is posted. It lives on one event loop; exchanges of other loops come and go by a hop.
final class SSELink: Link, ExchangeCarrier, StreamVoice, @unchecked Sendable {  // Mutable state is touched on `home` only.
    /// The longest name of an endpoint, in bytes.
    static let endpointLimit = 8192

    private let home: any EventLoop
    private let index: Int
    private let attempt: Int
    private let desk: StreamDesk
    private weak let owner: (any LinkOwner)?
    private let target: HTTPTarget
    private let connect: @Sendable (HTTPTarget) -> HTTPLink
    private let stream: HTTPLink
    private var posts: HTTPLink?
    private var opening: CheckedContinuation<Void, any Error>?
    private var failed: DownstreamFailure?
    private var closing = false
    private let dead = Atomic<Bool>(false)

    private init(
        _ target: HTTPTarget, home index: Int, loops: [any EventLoop], attempt: Int, budget: ResultBudget, resultLimit: Int,
        isDedicated: Bool, owner: any LinkOwner
    ) {
        self.target = target
        home = loops[index]
        self.index = index
        self.attempt = attempt
        self.owner = owner
        connect = { [weak owner] target in
            HTTPLink(
                target: target, session: nil, version: nil, era: .legacy("2024-11-05"), isDedicated: isDedicated, attempt: attempt,
                loops: loops, budget: budget, resultLimit: resultLimit, owner: owner)
        }
        stream = connect(target)
        desk = StreamDesk(home: home, budget: budget, isDedicated: isDedicated, source: .gateway, owner: owner)
        desk.voice = self
    }

    /// Opens the stream and waits until it has said where to post.
    static func open(
        _ target: HTTPTarget, home index: Int, loops: [any EventLoop], attempt: Int, budget: ResultBudget, resultLimit: Int,
        isDedicated: Bool, timeout: TimeAmount, owner: any LinkOwner
    ) async throws -> SSELink {
        let link = SSELink(
            target, home: index, loops: loops, attempt: attempt, budget: budget, resultLimit: resultLimit, isDedicated: isDedicated,
            owner: owner)
        do {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    link.home.execute { link.begin(continuation, timeout) }
                }
            } onCancel: {
                link.home.execute { link.give(up: .stopping) }
            }
        } catch {
            await link.close()
            throw error
        }
        return link
    }

    var isDead: Bool { dead.load(ordering: .acquiring) }

    /// Known only behind the handshake.
    var era: Era {
        get { desk.era }
        set { desk.era = newValue }
    }

    // MARK: the stream

    private func begin(_ continuation: CheckedContinuation<Void, any Error>, _ timeout: TimeAmount) {
        if let failed { return continuation.resume(throwing: failed) }
        opening = continuation
        home.scheduleTask(in: timeout) { [weak self] in self?.give(up: .badAnswer("the server does not say where to post")) }
        stream.send(
            EventSink(loop: home, loopIndex: index, took: { [weak self] in self?.took($0) }, closed: { [weak self] in self?.ended($0) }))
    }

    private func give(up failure: DownstreamFailure) {
        guard posts == nil, failed == nil else { return }
        failed = failure
        opening?.resume(throwing: failure)
        opening = nil
    }

    private func took(_ event: SSEEvent) {
        guard posts != nil else { return start(event) }
        guard !event.data.isEmpty else { return }
        switch event.name {
        case nil, "message":
            if event.isCut { desk.take(tooLong: ByteBuffer(bytes: event.data)) } else { desk.take(ByteBuffer(bytes: event.data)) }
        case "endpoint": desk.logGarbage("a second endpoint was not used")
        default: break
        }
    }

    /// The first event has to be the endpoint.
    private func start(_ event: SSEEvent) {
        guard failed == nil, event.name != nil || !event.data.isEmpty else { return }
        guard event.name == "endpoint", !event.isCut, event.data.count <= Self.endpointLimit else {
            return give(up: .badAnswer("its event stream does not begin with an endpoint"))
        }
        do {
            posts = connect(try target.resolving(String(decoding: event.data, as: UTF8.self)))
            opening?.resume()
            opening = nil
        } catch {
            give(up: error)
        }
    }

    private func ended(_ failure: DownstreamFailure?) {
        dead.store(true, ordering: .releasing)
        let why = failure?.text ?? "the server closed its event stream"
        give(up: failure ?? .badAnswer(why))
        desk.endAll(.lost(why))
        if !closing, posts != nil { owner?.linkLost(attempt: attempt, why: why) }
    }

    // MARK: what is sent

    func send(_ exchange: Exchange) {
        guard exchange.form == .request || exchange.form == .notification else { return exchange.end(nil) }
        exchange.carrier = self
        let (payload, trace) = (exchange.payload, exchange.trace.map { ($0, exchange.traceState) })
        if home.inEventLoop { post(exchange, payload, trace) } else { home.execute { self.post(exchange, payload, trace) } }
    }

    /// On `home`. The exchange itself is only held here; what happens to it happens on its own loop.
    private func post(_ exchange: Exchange, _ payload: ByteBuffer, _ trace: (TraceContext, [UInt8]?)?) {
        guard let posts, !closing, !isDead else { return desk.on(exchange) { $0.end(.notSent("the server is not connected")) } }
        let id = exchange.id
        let isRequest = exchange.form == .request
        if isRequest { desk.begin(exchange) }
        let post = Post(loop: home, loopIndex: index, payload: payload) { [weak self] failure in
            guard let self else { return }
            if !isRequest { return desk.on(exchange) { $0.end(failure) } }
            if let failure { desk.end(id, failure) }
        }
        (post.trace, post.traceState) = (trace?.0, trace?.1)
        posts.send(post)
        if isRequest { desk.written(exchange) }
    }

    func abandon(_ exchange: Exchange) {
        let id = exchange.id
        home.execute { self.desk.drop(id) }
        if exchange.form == .request { send(.cancellation(of: exchange)) }
    }

    func respond(_ response: ByteBuffer, for exchange: Exchange) {
        if home.inEventLoop { say(response) } else { home.execute { self.say(response) } }
    }

    func say(_ message: ByteBuffer) {
        guard let posts, !closing, !isDead else { return }
        posts.send(Post(loop: home, loopIndex: index, payload: message) { _ in })
    }

    func close() async {
        let posts = await withCheckedContinuation { done in
            home.execute {
                self.desk.refuseHeld()
                self.closing = true
                done.resume(returning: self.posts)
            }
        }
        await stream.close()
        await posts?.close()
    }
}
