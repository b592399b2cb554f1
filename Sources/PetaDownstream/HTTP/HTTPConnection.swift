internal import NIOCore
internal import PetaWire

/// One connection to an HTTP server: a request at a time, its answer as JSON or as an event stream.
final class HTTPConnection: ChannelDuplexHandler, ExchangeCarrier, @unchecked Sendable {  // Touched on its loop only.
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private unowned let pool: HTTPPool
    private let link: HTTPLink
    private var context: ChannelHandlerContext?
    private var exchange: Exchange?
    private var reader = ResponseReader()
    private var head: ResponseReader.Head?
    private var input = ByteBuffer()
    private var body = ByteBuffer()
    private var events: SSEParser?
    private var share: BudgetShare?
    private var paused = false
    private var readWanted = false
    private var scratch = ByteBuffer()
    var idleSince = NIODeadline.distantPast

    init(pool: HTTPPool, link: HTTPLink) {
        self.pool = pool
        self.link = link
    }

    var isUsable: Bool { context?.channel.isActive ?? false }

    // MARK: the exchange

    func start(_ exchange: Exchange) {
        guard let context, context.channel.isActive else { return exchange.end(.notSent("the connection was closed")) }
        self.exchange = exchange
        exchange.carrier = self
        reader = ResponseReader()
        head = nil
        // Head and payload in one buffer where that is cheap: one write, one copy.
        scratch.clear()
        link.requestBytes(for: exchange, into: &scratch)
        if exchange.payload.readableBytes <= 16384 {
            scratch.writeImmutableBuffer(exchange.payload)
            context.writeAndFlush(wrapOutboundOut(scratch), promise: nil)
        } else {
            context.write(wrapOutboundOut(scratch), promise: nil)
            context.writeAndFlush(wrapOutboundOut(exchange.payload), promise: nil)
        }
        exchange.markWritten()
        if exchange.form == .notification {
            // A receipt is due at once; a server that gives none must not keep the connection.
            pool.loop.scheduleTask(in: .seconds(10)) { [weak self, weak exchange] in
                if let exchange, self?.exchange === exchange { self?.close() }
            }
        }
    }

    /// The answer is the end of its stream; a server that leaves it open loses the connection.
    private func closeIfStillOpen(_ exchange: Exchange) {
        pool.loop.scheduleTask(in: .seconds(2)) { [weak self, weak exchange] in
            if let exchange, self?.exchange === exchange { self?.close() }
        }
    }

    /// This side gave the exchange up. In the legacy era the server is told, since closing alone is no cancellation; in the modern era
    /// closing is what tells it. Nothing of the answer is wanted, so the connection goes.
    func abandon(_ exchange: Exchange) {
        guard self.exchange === exchange else { return }
        if exchange.form == .request, !link.era.isModern {
            pool.send(.cancellation(of: exchange))
        }
        close()
    }

    func close() { context?.close(promise: nil) }

    private func finish(reusable: Bool) {
        exchange = nil
        events = nil
        head = nil
        if reusable, input.readableBytes == 0 { pool.becameIdle(self) } else { close() }
    }

    private func fail(_ failure: DownstreamFailure) {
        share = nil
        let failed = exchange
        exchange = nil
        close()
        failed?.end(failure)
    }

    // MARK: channel

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelInactive(context: ChannelHandlerContext) {
        // What came with the end of the connection is read first, whether or not it had to wait.
        paused = false
        if exchange != nil { advance() }
        self.context = nil
        pool.gone(self)
        share = nil
        if let exchange {
            self.exchange = nil
            if head != nil, reader.endsWithConnection, exchange.phase != .done { completeBody(exchange) }
            exchange.end(exchange.form == .eventStream ? nil : .lost("the server closed the connection without an answer"))
        }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(.lost("the connection broke: \(error)"))
        context.close(promise: nil)
    }

    func read(context: ChannelHandlerContext) {
        if paused {
            readWanted = true
        } else if exchange is EventSink {
            // Large answers that nobody has taken yet hold the stream up.
            let later = NIOLoopBound(context, eventLoop: context.eventLoop)
            let loop = context.eventLoop
            if !link.budget.isExhausted(retry: { loop.execute { later.value.read() } }) { context.read() }
        } else {
            context.read()
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let incoming = unwrapInboundIn(data)
        if input.readableBytes == 0 { input = incoming } else { input.writeImmutableBuffer(incoming) }
        guard exchange != nil else {
            // Bytes that nobody asked for: whatever they are, they must not answer the next call.
            return close()
        }
        advance()
    }

    private func advance() {
        while let exchange, !paused {
            var offset = 0
            let event = input.withUnsafeReadableBytes { reader.next($0, offset: &offset) }
            switch event {
            case .needMore:
                input.moveReaderIndex(forwardBy: offset)
                if input.readableBytes == 0 { input = ByteBuffer() }
                return
            case .head(let head):
                take(head, exchange)
                input.moveReaderIndex(forwardBy: offset)
            case .body(let range):
                // The range counts from the bytes that were passed, as does the offset behind it.
                take(range, exchange)
                if self.exchange != nil { input.moveReaderIndex(forwardBy: offset) }
            case .end:
                input.moveReaderIndex(forwardBy: offset)
                end(exchange)
            case .malformed(let why):
                fail(.badAnswer("the server does not speak HTTP as it should: \(why)"))
            }
        }
    }

    private func take(_ head: ResponseReader.Head, _ exchange: Exchange) {
        self.head = head
        body = ByteBuffer()
        let session = head.session.isEmpty ? nil : input.withUnsafeReadableBytes { head.session.slice(of: $0).text }
        if head.status == 404, link.session != nil, exchange.form == .request {
            link.sessionLost()
            return fail(.notSent("the server ended the session"))
        }
        exchange.opened(status: head.status, session: session)
        if head.status == 200, head.kind == .eventStream {
            // What is too long on a stream of many exchanges is the trouble of one of them.
            events = SSEParser(maxLine: link.resultLimit, maxEvent: link.resultLimit, skips: exchange is EventSink)
        } else if let length = head.contentLength {
            guard length <= link.resultLimit else { return fail(.tooLarge) }
            if length > ResultBudget.free, !hold(length) { paused = true }
        }
        if exchange.form == .eventStream, head.status != 200 || head.kind != .eventStream {
            fail(.badAnswer("no event stream: HTTP \(head.status)"))
        }
    }

    /// Takes an answer's bytes out of the budget before it is read; false where it has to wait for them.
    private func hold(_ count: Int) -> Bool {
        let loop = pool.loop
        share = link.budget.reserve(count, retry: { [weak self] in loop.execute { [weak self] in self?.retryHold(count) } })
        return share != nil
    }

    private func retryHold(_ count: Int) {
        guard paused, exchange != nil, hold(count) else { return }
        paused = false
        advance()
        if readWanted, !paused {
            readWanted = false
            context?.read()
        }
    }

    /// What has begun grows without waiting: two that wait for each other would both stand still.
    private func grow(to total: Int) {
        guard total > ResultBudget.free else { return }
        if let share { share.grow(to: total) } else { share = link.budget.take(total) }
    }

    private func take(_ range: ByteRange, _ exchange: Exchange) {
        if events != nil {
            return takeEvents(range, exchange)
        }
        let from = input.readerIndex + range.lower
        if body.readableBytes == 0, head?.contentLength == range.count, let whole = input.getSlice(at: from, length: range.count) {
            body = whole  // All of it came in one read: no copy.
            return
        }
        guard body.readableBytes + range.count <= link.resultLimit else { return fail(.tooLarge) }
        if head?.contentLength == nil { grow(to: body.readableBytes + range.count) }
        if body.capacity == 0 { body.reserveCapacity(head?.contentLength ?? 4096) }
        input.withUnsafeReadableBytes { bytes in
            _ = body.writeBytes(range.slice(of: bytes))
        }
    }

    private func end(_ exchange: Exchange) {
        let reusable = head?.keepAlive ?? false
        if exchange.phase != .done { completeBody(exchange) }
        guard self.exchange != nil else { return }
        finish(reusable: reusable)
    }

    /// The whole body is there: it is the answer, or the reason why there is none.
    private func completeBody(_ exchange: Exchange) {
        guard let head else { return }
        let held = share
        share = nil
        defer { body = ByteBuffer() }
        if exchange.form != .request { return exchange.end((200..<300).contains(head.status) ? nil : .badAnswer("HTTP \(head.status)")) }
        guard events == nil else { return exchange.end(.lost("the event stream ended without the answer")) }
        do throws(ScanFailure) {
            let scan = try body.scanMessage()
            if isDoubtful(scan, head.status, exchange), holdBack(exchange, body, scan, head.status, held) { return }
            Self.give(exchange, body, scan, head.status, held)
        } catch {
            // A modern server that refuses says so in a message: whoever this is, its era has to be found out again.
            if link.era.isModern, [400, 404, 405].contains(head.status) {
                link.sessionLost()
                return exchange.end(.notSent(Self.explain(head.status)))
            }
            exchange.end(.badAnswer(head.status == 200 ? "the answer is no JSON-RPC message: \(error.message)" : Self.explain(head.status)))
        }
    }

    private static func give(_ exchange: Exchange, _ body: ByteBuffer, _ scan: MessageScan, _ status: Int, _ share: BudgetShare?) {
        guard body.isAnswer(scan, to: exchange.id) || (status >= 400 && scan.kind == .error && scan.id.isEmpty) else {
            return exchange.end(.badAnswer("the answer has a foreign id"))
        }
        exchange.deliver(body, scan, share: share)
    }

    /// True where a legacy server seems to stand in the place of a modern one.
    private func isDoubtful(_ scan: MessageScan, _ status: Int, _ exchange: Exchange) -> Bool {
        guard link.era.isModern, scan.kind == .error, (exchange as? PromiseExchange)?.isProbe != true, scan.error.count <= 65_536 else {
            return false
        }
        return EraDoubt.isReason(status: status, code: (try? JSON.parse(body.bytes(scan.error)))?["code"]?.int)
    }

    /// Keeps the answer until it is known who gave it: of another era, it has not run the request. False: nobody finds out.
    private func holdBack(
        _ exchange: Exchange, _ body: ByteBuffer, _ scan: MessageScan, _ status: Int, _ share: BudgetShare?
    ) -> Bool {
        let loop = pool.loop
        return link.owner?.linkDoubted(attempt: link.attempt) { isStill in
            loop.execute {
                guard isStill else { return exchange.end(.notSent("the server does not speak MCP \(Envelope.revision) any more")) }
                Self.give(exchange, body, scan, status, share)
            }
        } ?? false
    }

    static func explain(_ status: Int) -> String {
        switch status {
        case 401, 403: return "the server refused the credentials (HTTP \(status))"
        case 404, 405: return "no MCP endpoint at this URL (HTTP \(status))"
        default: return "the server answered HTTP \(status)"
        }
    }

    // MARK: event streams

    private func takeEvents(_ range: ByteRange, _ exchange: Exchange) {
        if let sink = exchange as? EventSink {
            // It skips what is too long, so that it never fails.
            let came = input.withUnsafeReadableBytes { (try? events?.push(range.slice(of: $0))) ?? [] }
            for event in came { sink.take(event) }
            return
        }
        var messages: [[UInt8]] = []
        var problem: String?
        input.withUnsafeReadableBytes { bytes in
            do {
                try events?.push(range.slice(of: bytes)) { event in
                    if !event.data.isEmpty, event.name == nil || event.name == "message" { messages.append(event.data) }
                }
            } catch {
                problem = "the event stream is malformed or a line is too long"
            }
        }
        for message in messages where self.exchange != nil { take(message: ByteBuffer(bytes: message), exchange) }
        if let problem, self.exchange != nil { fail(.badAnswer(problem)) }
    }

    private func take(message: ByteBuffer, _ exchange: Exchange) {
        let scan: MessageScan
        do throws(ScanFailure) {
            scan = try message.scanMessage()
        } catch {
            return fail(.badAnswer("an event is no JSON-RPC message: \(error.message)"))
        }
        switch scan.kind {
        case .result, .error:
            guard exchange.form == .request else { return }
            guard message.isAnswer(scan, to: exchange.id) || (scan.kind == .error && scan.id.isEmpty) else {
                return fail(.badAnswer("the answer has a foreign id"))
            }
            let share = message.readableBytes > ResultBudget.free ? link.budget.take(message.readableBytes) : nil
            exchange.deliver(message, scan, share: share)
            closeIfStillOpen(exchange)
        case .notification:
            let method = message.text(scan.method)
            if exchange.form == .request,
                exchange is ListenExchange || method == "notifications/progress" || method == "notifications/message"
            {
                exchange.deliverNotification(message, scan)
            } else if !link.era.isModern {
                // In the modern era a stream has nothing to say but what is about its request.
                link.owner?.linkNotified(method, message.bytes(scan.params))
            }
        case .request where link.era.isModern: return  // Not allowed there, and so never answered.
        case .request:
            // What comes on the stream of a request belongs to it; what comes on the server's own belongs to nobody.
            let loop = pool.loop
            let isDedicated = link.isDedicated
            let refuse: @Sendable () -> Void = { [weak self] in
                loop.execute { [weak self] in
                    self?.respond(ServerRequests.reply(message, scan, isDedicated: isDedicated), for: exchange)
                }
            }
            let method = message.text(scan.method)
            guard method != "ping" else { return refuse() }
            link.owner?.linkAsked(method)
            guard exchange.form == .request else { return refuse() }
            exchange.deliverRequest(message, scan, refused: refuse)
        }
    }

    /// A message of its own, on another connection.
    func respond(_ response: ByteBuffer, for exchange: Exchange) {
        pool.send(Exchange(loop: pool.loop, loopIndex: exchange.loopIndex, id: 0, form: .notification, payload: response))
    }
}
