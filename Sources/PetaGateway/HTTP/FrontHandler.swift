internal import NIOCore
internal import PetaDownstream
internal import PetaIdentity
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
        case body(RequestHead, Principal)
        /// A request is being answered; what comes meanwhile waits.
        case serving(keepAlive: Bool)
        /// The answer to a request that was not read to its end is out: the rest is thrown away.
        case discarding
        case closed
    }

    let address: String
    private let context: LoopContext
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

    /// Bytes of events that may wait for a client that does not read.
    private static let eventLimit = 1 << 20
    /// Bytes of requests that may wait while one is answered.
    private static let pipelineLimit = 256 << 10

    init(context: LoopContext, address: String, handOver: @escaping (any Channel, ByteBuffer) -> Void) {
        self.context = context
        self.address = address
        self.handOver = handOver
        endpoint = Endpoint(context)
        deadline = .now() + .seconds(Int64(context.shared.settings.headerSeconds))
    }

    private var settings: GatewaySettings { context.shared.settings }

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
        input = ByteBuffer()
        if let stream = sessionStream { session?.detach(stream) }
        session = nil
        sessionStream = nil
    }

    func errorCaught(context channel: ChannelHandlerContext, error: any Error) { channel.close(promise: nil) }

    func userInboundEventTriggered(context channel: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed {
            inputEnded = true
            // A client may close its half behind a request and still read the answer; behind a stream it is gone.
            switch state {
            case .serving where !streaming: break
            default: channel.close(promise: nil)
            }
        }
        channel.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context channel: ChannelHandlerContext) {
        stalledSince = channel.channel.isWritable ? nil : .now()
        channel.fireChannelWritabilityChanged()
    }

    func channelRead(context channel: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if case .discarding = state { return }
        let wasEmpty = input.readableBytes == 0
        if wasEmpty { input = bytes } else { input.writeImmutableBuffer(bytes) }
        switch state {
        case .head:
            if wasEmpty { deadline = .now() + .seconds(Int64(settings.headerSeconds)) }
            readHead()
        case .body(let head, let principal): readBody(head, principal)
        case .serving:
            if input.readableBytes > Self.pipelineLimit { channel.close(promise: nil) }
        case .discarding, .closed: break
        }
    }

    // MARK: reading

    private func readHead() {
        guard input.readableBytes > 0, let channel else { return }
        switch input.withUnsafeReadableBytes({ RequestHead.read($0) }) {
        case .incomplete:
            if input.readableBytes > settings.headBytes { refuseUnread(Admission.plain(431, "The head is too large")) }
        case .foreign:
            // From here on the codec owns the connection, with everything that was read.
            let bytes = input
            input = ByteBuffer()
            state = .closed
            handOver(channel.channel, bytes)
        case .head(let head):
            let request = EndpointRequest(head: head, headBytes: input)
            switch Admission.decide(request, context) {
            case .refused(let reply):
                if let length = head.contentLength, input.readableBytes >= head.length + length {
                    input.moveReaderIndex(forwardBy: head.length + length)
                    state = .serving(keepAlive: head.keepAlive)
                    self.reply(reply)
                } else if head.contentLength == nil {
                    input.moveReaderIndex(forwardBy: head.length)
                    state = .serving(keepAlive: head.keepAlive)
                    self.reply(reply)
                } else {
                    refuseUnread(reply)
                }
            case .admitted(let principal):
                if let length = head.contentLength, length > settings.bodyBytes {
                    return refuseUnread(Admission.plain(413, "The body is larger than limits.bodyBytes allows"))
                }
                deadline = .now() + .seconds(Int64(settings.bodySeconds))
                state = .body(head, principal)
                readBody(head, principal)
            }
        }
    }

    private func readBody(_ head: RequestHead, _ principal: Principal) {
        let length = head.contentLength ?? 0
        guard input.readableBytes >= head.length + length else {
            input.reserveCapacity(minimumWritableBytes: head.length + length - input.readableBytes)
            return
        }
        var request = EndpointRequest(head: head, headBytes: input)
        input.moveReaderIndex(forwardBy: head.length)
        request.body = input.readSlice(length: length) ?? ByteBuffer()
        if input.readableBytes == 0 { input = ByteBuffer() }
        deadline = .distantFuture
        state = .serving(keepAlive: head.keepAlive)
        endpoint.handle(request, principal, self) {
            let stream = ClientStream(self, context.loop)
            self.sessionStream = stream
            stream.onBind = { [weak self] in self?.session = $0 }
            return stream
        }
    }

    /// Answers a request whose body is not read, and throws the rest away until the client has seen the answer.
    private func refuseUnread(_ reply: Reply) {
        guard let channel else { return }
        state = .discarding
        input = ByteBuffer()
        deadline = .now() + .seconds(2)
        var out = context.loop.allocateBuffer(512)
        ResponseEncoder.head(reply, date: context.date, keepAlive: false, into: &out)
        out.writeImmutableBuffer(reply.body)
        channel.writeAndFlush(wrapOutboundOut(out), promise: nil)
        channel.channel.close(mode: .output, promise: nil)
    }

    /// The answer is out: the next request may be read.
    private func finished(_ keepAlive: Bool) {
        guard let channel else { return }
        if !keepAlive || draining {
            state = .discarding
            deadline = .now() + .seconds(2)
            channel.channel.close(mode: .output, promise: nil)
            return
        }
        state = .head
        deadline = .now() + .seconds(Int64(input.readableBytes > 0 ? settings.headerSeconds : settings.keepAliveSeconds))
        if input.readableBytes > 0 {
            readHead()
        } else if inputEnded {
            channel.close(promise: nil)
        }
    }

    // MARK: answering

    func reply(_ reply: Reply) {
        guard let channel, case .serving(let keepAlive) = state, channel.channel.isActive else {
            return context.shared.budget.release(reply.held)
        }
        var out = context.loop.allocateBuffer(reply.body.readableBytes + 256)
        ResponseEncoder.head(reply, date: context.date, keepAlive: keepAlive && !draining, into: &out)
        out.writeImmutableBuffer(reply.body)
        guard let middle = reply.middle else {
            channel.writeAndFlush(wrapOutboundOut(out), promise: nil)
            return finished(keepAlive)
        }
        channel.write(wrapOutboundOut(out), promise: nil)
        let promise = taken(reply.held)
        if let tail = reply.tail {
            channel.write(wrapOutboundOut(middle), promise: nil)
            channel.writeAndFlush(wrapOutboundOut(tail), promise: promise)
        } else {
            channel.writeAndFlush(wrapOutboundOut(middle), promise: promise)
        }
        finished(keepAlive)
    }

    /// Gives bytes back to the budget when the client has taken what was written.
    private func taken(_ held: Int) -> EventLoopPromise<Void>? {
        guard held > 0 else { return nil }
        let promise = context.loop.makePromise(of: Void.self)
        let budget = context.shared.budget
        promise.futureResult.whenComplete { _ in budget.release(held) }
        return promise
    }

    func openStream() {
        guard let channel, case .serving(let keepAlive) = state else { return }
        streaming = true
        nextComment = .now() + .seconds(20)
        deadline = .distantFuture
        var out = context.loop.allocateBuffer(256)
        ResponseEncoder.streamHead(date: context.date, keepAlive: keepAlive && !draining, into: &out)
        channel.writeAndFlush(wrapOutboundOut(out), promise: nil)
    }

    /// An event of a session's stream, if that still is what this connection carries.
    func event(_ message: ByteBuffer, of stream: ClientStream) {
        if sessionStream === stream { event(message) }
    }

    func closeStream(of stream: ClientStream) {
        if sessionStream === stream { closeStream(held: 0) }
    }

    func event(_ message: ByteBuffer) { write(ResponseEncoder.event(message)) }

    private func write(_ bytes: ByteBuffer) {
        guard let channel, streaming, channel.channel.isActive else { return }
        guard unsent < Self.eventLimit else {
            // It does not read: better to lose this client than the gateway.
            channel.close(promise: nil)
            return
        }
        var out = context.loop.allocateBuffer(bytes.readableBytes + 16)
        ResponseEncoder.chunk(bytes, into: &out)
        let count = out.readableBytes
        unsent += count
        let promise = context.loop.makePromise(of: Void.self)
        promise.futureResult.whenComplete { _ in self.unsent -= count }
        channel.writeAndFlush(wrapOutboundOut(out), promise: promise)
        nextComment = .now() + .seconds(20)
    }

    func closeStream(held: Int) {
        guard let channel, streaming, case .serving(let keepAlive) = state, channel.channel.isActive else {
            return context.shared.budget.release(held)
        }
        streaming = false
        nextComment = .distantFuture
        if let stream = sessionStream { session?.detach(stream) }
        session = nil
        sessionStream = nil
        channel.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "0\r\n\r\n")), promise: taken(held))
        finished(keepAlive)
    }

    // MARK: time

    func sweep(_ now: NIODeadline) {
        guard let channel else { return }
        if let stalledSince, now - stalledSince > .seconds(Int64(settings.writeStallSeconds)) { return channel.close(promise: nil) }
        if streaming, now > nextComment { write(ByteBuffer(string: ": still here\n\n")) }
        guard now > deadline else { return }
        switch state {
        case .head where input.readableBytes > 0, .body: refuseUnread(Admission.plain(408, "The request did not come in time"))
        case .head, .discarding: channel.close(promise: nil)
        case .serving, .closed: break
        }
    }

    func drain() {
        draining = true
        switch state {
        case .head where input.readableBytes == 0: channel?.close(promise: nil)
        case .serving where sessionStream != nil: closeStream(held: 0)
        default: break
        }
    }
}

/// The open GET stream of a session on a connection.
final class ClientStream: NotificationStream, SessionBound, @unchecked Sendable {  // `front` and `onBind` are touched on `loop` only.
    private weak var front: FrontHandler?
    private let loop: any EventLoop
    var onBind: ((Session) -> Void)?

    init(_ front: FrontHandler, _ loop: any EventLoop) {
        self.front = front
        self.loop = loop
    }

    func bind(to session: Session) { onBind?(session) }

    func send(_ message: [UInt8]) {
        loop.execute { self.front?.event(ByteBuffer(bytes: message), of: self) }
    }

    func finish() {
        loop.execute { self.front?.closeStream(of: self) }
    }
}
