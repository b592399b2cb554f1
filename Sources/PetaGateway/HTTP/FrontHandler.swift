internal import NIOCore
internal import PetaDownstream
internal import PetaIdentity
internal import PetaTelemetry
internal import PetaWire

/// The byte-level reader in front of the full HTTP codec: takes the requests to the MCP endpoint that it understands
/// completely, answers them in order, and hands every other connection over with all its bytes unread.
final class FrontHandler: ChannelInboundHandler, RemovableChannelHandler, Responder, SweptConnection, @unchecked Sendable {
    // Touched on its loop only.
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        /// Between requests, or in the middle of a head.
        case head
        /// In the middle of a body.
        case body(RequestHead, Principal, waited: Bool)
        /// A request is being answered; what comes meanwhile waits.
        case serving(keepAlive: Bool)
        /// The answer is written but not taken yet: nothing more is read until it is.
        case unread
        /// The answer to a request that was not read to its end is out: the rest is thrown away.
        case discarding
        case closed
    }

    var address: String { client.address }
    var ip: IPAddress? { client.ip }
    let context: LoopContext
    private let peer: Peer
    /// Whom the request is from that is served: the peer, or who stands behind it.
    private var client: Peer
    private var principal: Principal?
    private let endpoint: Endpoint
    private let handOver: (any Channel, ByteBuffer) -> Void
    private var channel: ChannelHandlerContext?
    private var state = State.head
    private var input = ByteBuffer()
    private var deadline: NIODeadline
    private var stalledSince: NIODeadline?
    private var unsent = 0
    private var inputEnded = false
    private var streaming = false
    private var nextComment = NIODeadline.distantFuture
    private var session: Session?
    private var sessionStream: ClientStream?
    private var draining = false
    private var isReplaced = false
    /// Bytes of the largest piece of the stream: so much more may wait.
    private var allowance = 0
    private var advancing = false
    private var stalledBytes = 0
    private var gone: (() -> Void)?

    /// Bytes of events that may wait for a client that does not read.
    private static let eventLimit = 1 << 20
    /// Bytes of requests that may wait while one is answered.
    private static let pipelineLimit = 256 << 10

    init(context: LoopContext, peer: Peer, handOver: @escaping (any Channel, ByteBuffer) -> Void) {
        self.context = context
        self.peer = peer
        client = peer
        self.handOver = handOver
        endpoint = Endpoint(context)
        deadline = .now() + .seconds(Int64(context.settings.headerSeconds))
    }

    private var settings: GatewaySettings { context.settings }

    // MARK: channel

    func handlerAdded(context channel: ChannelHandlerContext) {
        self.channel = channel
        context.add(self)
    }

    func handlerRemoved(context channel: ChannelHandlerContext) {
        self.channel = nil
        context.remove(self)
    }

    func channelInactive(context channel: ChannelHandlerContext) {
        closed()
        channel.fireChannelInactive()
    }

    private func closed() {
        state = .closed
        let lost = gone
        gone = nil
        lost?()
        input = ByteBuffer()
        leaveSession()
    }

    func errorCaught(context channel: ChannelHandlerContext, error: any Error) { channel.close(promise: nil) }

    func userInboundEventTriggered(context channel: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed {
            inputEnded = true
            // A client may close its half behind a request and still read the answer; behind a stream it is gone.
            switch state {
            // Of the modern era, who closes its half has closed the response.
            case .serving where !streaming && gone == nil, .unread, .discarding: break
            case .head where input.readableBytes > 0 && advancing: break
            default: channel.close(promise: nil)
            }
        }
        channel.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context channel: ChannelHandlerContext) {
        if channel.channel.isWritable {
            stalledSince = nil
            if case .unread = state {
                state = .head
                rest()
                advance()
            }
        } else {
            stalledSince = .now()
            stalledBytes = Self.buffered(channel)
        }
        channel.fireChannelWritabilityChanged()
    }

    private static func buffered(_ channel: ChannelHandlerContext) -> Int {
        (try? channel.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    func channelRead(context channel: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        switch state {
        case .discarding, .closed: return
        default: break
        }
        if input.readableBytes == 0 {
            input = bytes
            if case .head = state { deadline = .now() + .seconds(Int64(settings.headerSeconds)) }
        } else {
            // What was read goes: a client that always has something under way must not make this buffer grow.
            if input.readerIndex > 65536, input.readerIndex > input.readableBytes { input.discardReadBytes() }
            input.writeImmutableBuffer(bytes)
        }
        switch state {
        case .head, .body: advance()
        case .serving, .unread:
            if input.readableBytes > Self.pipelineLimit { channel.close(promise: nil) }
        case .discarding, .closed: break
        }
    }

    // MARK: reading

    /// Requests that are taken from one read before others on this loop get their turn.
    private static let turn = 16

    /// Reads what can be read: a loop, since many requests can stand in one read and each can be answered at once.
    private func advance() {
        guard !advancing else { return }
        advancing = true
        defer { advancing = false }
        for _ in 0..<Self.turn {
            let before = input.readableBytes
            switch state {
            case .head:
                guard before > 0 else {
                    if inputEnded { channel?.close(promise: nil) }
                    return
                }
                readHead()
                if case .head = state, input.readableBytes == before { return }
            case .body(let head, let principal, let waited):
                guard readBody(head, principal, waited) else { return }
            case .serving, .unread, .discarding, .closed: return
            }
        }
        context.loop.execute { self.advance() }
    }

    private func readHead() {
        guard let channel else { return }
        switch input.withUnsafeReadableBytes({ RequestHead.read($0) }) {
        case .incomplete:
            if input.readableBytes > settings.headBytes { refuseUnread(Admission.plain(431, "The head is too large")) }
        case .ambiguous: refuseUnread(Admission.plain(400, "Two Host fields"))
        case .foreign:
            guard !hasOddBlanks else { return refuseUnread(Admission.plain(400, "The request line is malformed")) }
            // From here on the codec owns the connection, with everything that was read.
            let bytes = input
            input = ByteBuffer()
            state = .closed
            handOver(channel.channel, bytes)
        case .head(let head):
            guard head.length <= settings.headBytes else { return refuseUnread(Admission.plain(431, "The head is too large")) }
            let request = EndpointRequest(head: head, headBytes: input)
            client = Forwarding.client(of: request, peer, context)
            switch Admission.decide(request, client, context) {
            case .refused(let reply): refuse(reply, head)
            case .admitted(let principal):
                if let length = head.contentLength, length > settings.bodyBytes {
                    return refuseUnread(Admission.plain(413, "The body is larger than limits.bodyBytes allows"))
                }
                deadline = .now() + .seconds(Int64(settings.bodySeconds))
                state = .body(head, principal, waited: false)
            }
        }
    }

    /// The codec's parser forgives more than one blank in a request line; RFC 9112, section 3, has exactly two in all.
    private var hasOddBlanks: Bool {
        // An empty line before the request line is to be passed over (RFC 9112, section 2.2).
        let rest = input.readableBytesView.drop { $0 == 0x0D || $0 == 0x0A }
        guard let end = rest.firstIndex(of: 0x0A) else { return false }
        return rest[..<end].count(where: { $0 == 0x20 }) != 2
    }

    /// Answers a request that was refused by its head; its body is stepped over if it is there already.
    private func refuse(_ reply: Reply, _ head: RequestHead) {
        let whole = head.length + (head.contentLength ?? 0)
        guard input.readableBytes >= whole else { return refuseUnread(reply) }
        input.moveReaderIndex(forwardBy: whole)
        state = .serving(keepAlive: head.keepAlive)
        self.reply(reply)
    }

    /// False until the body is complete.
    private func readBody(_ head: RequestHead, _ principal: Principal, _ waited: Bool) -> Bool {
        let length = head.contentLength ?? 0
        guard input.readableBytes >= head.length + length else {
            state = .body(head, principal, waited: true)
            return false
        }
        var request = EndpointRequest(head: head, headBytes: input)
        var principal = principal
        if waited {
            // A slow body can outlast a right: who it is is looked up again.
            switch Admission.decide(request, client, context) {
            case .admitted(let current): principal = current
            case .refused(let reply):
                refuse(reply, head)
                return true
            }
        }
        input.moveReaderIndex(forwardBy: head.length)
        request.body = input.readSlice(length: length) ?? ByteBuffer()
        if input.readableBytes == 0 { input = ByteBuffer() }
        deadline = .distantFuture
        state = .serving(keepAlive: head.keepAlive)
        sessionStream = nil
        self.principal = principal
        endpoint.handle(request, principal, self) {
            let stream = ClientStream(self, context.loop)
            self.sessionStream = stream
            stream.onBind = { [weak self] in self?.session = $0 }
            return stream
        }
        return true
    }

    /// Answers a request whose body is not read, and throws the rest away until the client has seen the answer.
    private func refuseUnread(_ reply: Reply) {
        guard let channel else { return }
        switch reply.status {
        case 400: context.tally.count(.malformed)
        case 408: context.tally.count(.timeout)
        case 413, 431: context.tally.count(.tooLarge)
        // Others were counted where they were decided.
        default: break
        }
        input = ByteBuffer()
        var out = context.loop.allocateBuffer(512)
        ResponseEncoder.head(reply, date: context.date, keepAlive: false, into: &out)
        out.writeImmutableBuffer(reply.body)
        let written = context.loop.makePromise(of: Void.self)
        finish(after: written)
        channel.writeAndFlush(wrapOutboundOut(out), promise: written)
    }

    /// Whether the connection ends with the answer that is written now.
    private func isLast(_ keepAlive: Bool) -> Bool { !keepAlive || draining || isReplaced || inputEnded && input.readableBytes == 0 }

    /// Ends the connection when its last bytes are with the client: closing at once would cut off what still waits.
    private func finish(after written: EventLoopPromise<Void>) {
        state = .discarding
        deadline = .now() + .seconds(Int64(settings.writeStallSeconds))
        written.futureResult.whenComplete { _ in
            self.deadline = .now() + .seconds(2)
            if self.inputEnded { self.channel?.close(promise: nil) } else { self.channel?.channel.close(mode: .output, promise: nil) }
        }
    }

    /// The answer is written: the next request is read when the client has taken enough of it.
    private func answered() {
        guard let channel else { return }
        guard channel.channel.isWritable else {
            state = .unread
            return
        }
        state = .head
        rest()
        advance()
    }

    private func rest() {
        deadline = .now() + .seconds(Int64(input.readableBytes > 0 ? settings.headerSeconds : settings.keepAliveSeconds))
    }

    // MARK: answering

    func reply(_ reply: Reply) {
        guard let channel, case .serving(let keepAlive) = state, channel.channel.isActive else { return }
        let last = isLast(keepAlive)
        var out = context.loop.allocateBuffer(reply.body.readableBytes + 256)
        ResponseEncoder.head(reply, date: context.date, keepAlive: !last, into: &out)
        out.writeImmutableBuffer(reply.body)
        let written = last || reply.share != nil ? context.loop.makePromise(of: Void.self) : nil
        if let share = reply.share { written?.futureResult.whenComplete { _ in withExtendedLifetime(share) {} } }
        if last, let written { finish(after: written) }
        if let middle = reply.middle {
            channel.write(wrapOutboundOut(out), promise: nil)
            out = middle
            if let tail = reply.tail {
                channel.write(wrapOutboundOut(out), promise: nil)
                out = tail
            }
        }
        channel.writeAndFlush(wrapOutboundOut(out), promise: written)
        if !last { answered() }
    }

    func onGone(_ gone: (() -> Void)?) { self.gone = gone }

    func openStream() {
        guard let channel, case .serving(let keepAlive) = state else { return }
        streaming = true
        nextComment = .now() + .seconds(20)
        deadline = .distantFuture
        var out = context.loop.allocateBuffer(256)
        ResponseEncoder.streamHead(date: context.date, keepAlive: keepAlive && !draining, into: &out)
        channel.writeAndFlush(wrapOutboundOut(out), promise: nil)
    }

    /// Events of a session's stream, if that still is what this connection carries.
    func events(_ events: ByteBuffer, of stream: ClientStream) {
        if sessionStream === stream { self.events(events) }
    }

    func closeStream(of stream: ClientStream, replaced: Bool) {
        guard sessionStream === stream else { return }
        if replaced { dropStream() } else { closeStream(share: nil) }
    }

    func event(_ message: ByteBuffer) { write(ResponseEncoder.event(message)) }

    func events(_ events: ByteBuffer) { write(events) }

    private func write(_ bytes: ByteBuffer) {
        guard let channel, streaming, channel.channel.isActive else { return }
        guard unsent < Self.eventLimit + allowance else {
            // It does not read: better to lose this client than the gateway.
            channel.close(promise: nil)
            return
        }
        allowance = max(allowance, bytes.readableBytes)
        var out = context.loop.allocateBuffer(bytes.readableBytes + 16)
        ResponseEncoder.chunk(bytes, into: &out)
        let count = out.readableBytes
        unsent += count
        let promise = context.loop.makePromise(of: Void.self)
        promise.futureResult.whenComplete { _ in self.unsent -= count }
        channel.writeAndFlush(wrapOutboundOut(out), promise: promise)
        nextComment = .now() + .seconds(20)
    }

    func closeStream(share: BudgetShare?) {
        guard let channel, streaming, case .serving(let keepAlive) = state, channel.channel.isActive else { return }
        streaming = false
        // Whoever wanted to know that this response has ended early knows it ended.
        let ended = gone
        gone = nil
        defer { ended?() }
        allowance = 0
        nextComment = .distantFuture
        leaveSession()
        let last = isLast(keepAlive)
        let written = last || share != nil ? context.loop.makePromise(of: Void.self) : nil
        if let share { written?.futureResult.whenComplete { _ in withExtendedLifetime(share) {} } }
        if last, let written { finish(after: written) }
        channel.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "0\r\n\r\n")), promise: written)
        if !last { answered() }
    }

    func dropStream() {
        guard streaming else { return }
        isReplaced = true
        closeStream(share: nil)
    }

    private func leaveSession() {
        if let stream = sessionStream { session?.streams.detach(stream) }
        session = nil
        sessionStream = nil
    }

    // MARK: time

    func sweep(_ now: NIODeadline) {
        guard let channel else { return }
        if let since = stalledSince, now - since > .seconds(Int64(settings.writeStallSeconds)) {
            // Slow is not stalled: only who takes nothing at all for that long is cut off.
            let left = Self.buffered(channel)
            guard left < stalledBytes else { return channel.close(promise: nil) }
            (stalledSince, stalledBytes) = (now, left)
        }
        if streaming, now > nextComment { write(ByteBuffer(string: ": still here\n\n")) }
        guard now > deadline else { return }
        switch state {
        case .head where input.readableBytes > 0, .body: refuseUnread(Admission.plain(408, "The request did not come in time"))
        case .head, .discarding: channel.close(promise: nil)
        case .serving, .unread, .closed: break
        }
    }

    func judge(_ list: AddressList) {
        guard streaming, client.isRemote else { return }
        let workspace = principal.flatMap { context.snapshot.identity.current($0)?.workspace }
        if list.refuses(client.ip, workspace: workspace) { channel?.close(promise: nil) }
    }

    func drain() {
        draining = true
        switch state {
        case .head where input.readableBytes == 0: channel?.close(promise: nil)
        case .serving where sessionStream != nil && streaming:
            events(EventFrame.retry)
            closeStream(share: nil)
        default: break
        }
    }

    func cut() { channel?.close(promise: nil) }
}

/// A stream of a session on a connection that asked for it with GET.
final class ClientStream: EventSink, SessionBound, @unchecked Sendable {  // `front` and `onBind` are touched on `loop` only.
    private weak var front: FrontHandler?
    private let loop: any EventLoop
    var onBind: ((Session) -> Void)?

    init(_ front: FrontHandler, _ loop: any EventLoop) {
        self.front = front
        self.loop = loop
    }

    func bind(to session: Session) { onBind?(session) }

    func send(_ events: ByteBuffer) {
        loop.execute { self.front?.events(events, of: self) }
    }

    func finish() {
        loop.execute { self.front?.closeStream(of: self, replaced: false) }
    }

    func replace() {
        loop.execute { self.front?.closeStream(of: self, replaced: true) }
    }
}
