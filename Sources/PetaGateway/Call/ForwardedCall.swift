internal import NIOCore
internal import PetaAudit
internal import PetaCrypto
internal import PetaDownstream
internal import PetaIdentity
internal import PetaWire

/// One request of a client on its way to a server and back: the same object on the hot path and on the ordinary one.
/// It lives on the loop of the client's connection. Whatever its end, it leaves exactly one audit record, and the
/// client is answered when that record is committed.
final class ForwardedCall: AuditWaiter, @unchecked Sendable {  // Touched on `context.loop` only; `cancel` hops there.
    enum Kind: Sendable { case toolCall, promptGet, resourceRead, completion }

    let context: LoopContext
    let kind: Kind
    /// Nothing is begun after this moment, and what runs is given up.
    private(set) var deadline: NIODeadline
    private let responder: any Responder
    private let session: Session?
    private let server: ServerListing
    private let principal: Principal
    private let request: ByteBuffer
    private let scan: MessageScan
    /// What stands in for name, URI or params at the server.
    private let replacement: Replacement
    private let mayRepeat: Bool
    private let limit: NIODeadline
    private let began: NIODeadline
    private var sent: NIODeadline?
    private var record: AuditRecord
    private var slot: Int32 = -1
    private var exchange: CallExchange?
    private var attempts = 0
    private var streaming = false
    private var settled = false
    private var reply = Reply(status: 200)

    /// How a request is told to its server.
    enum Replacement {
        /// This piece of the message is replaced by these bytes (a JSON string).
        case piece(ByteRange, [UInt8])
        /// All of `params` is replaced.
        case params([UInt8])
    }

    init(
        context: LoopContext, kind: Kind, responder: any Responder, session: Session?, principal: Principal, server: ServerListing,
        request: ByteBuffer,
        scan: MessageScan, replacement: Replacement, mayRepeat: Bool, record: AuditRecord, began: NIODeadline
    ) {
        self.context = context
        self.kind = kind
        self.responder = responder
        self.session = session
        self.server = server
        self.principal = principal
        self.request = request
        self.scan = scan
        self.replacement = replacement
        self.mayRepeat = mayRepeat
        self.record = record
        self.began = began
        limit = began + .seconds(Int64(context.shared.settings.callMaxSeconds))
        deadline = min(limit, began + .seconds(Int64(server.handle.definition.callTimeoutSeconds)))
    }

    func hasClientID(_ id: UnsafeRawBufferPointer) -> Bool {
        request.withUnsafeReadableBytes { bytes in
            let own = scan.id.slice(of: bytes)
            return own.count == id.count && own.elementsEqual(id)
        }
    }

    // MARK: going out

    /// Begins. The decision has been made; what stands in the way from here on is capacity.
    func start() {
        if let session {
            guard session.enter(self, limit: context.shared.settings.inFlightPerSession) else {
                return refuse("too many requests of this session are under way", outcome: .denied)
            }
        }
        context.add(self)
        guard server.handle.enter(now: began) else {
            return refuse("the server has too many requests under way", outcome: .denied)
        }
        entered = true
        dispatch()
    }
    private var entered = false

    private func dispatch() {
        guard !settled else { return }
        guard server.handle.isLive(context.index) else {
            server.handle.wake(on: context.loop) { failure in
                // A start that failed is not tried again here: whoever waited has waited for it.
                if let failure { self.conclude(failure) } else { self.dispatchAwake() }
            }
            return
        }
        dispatchAwake()
    }

    private func dispatchAwake() {
        guard !settled else { return }
        // After a wait the principal may have lost the right, or the server its place.
        guard let current = context.snapshot.identity.current(principal), case .allow = Seam.decide(current, server) else {
            record.decision = .deny
            record.rule = "no grant"
            let unknown = request.withUnsafeReadableBytes { RPC.unknown(kind, id: scan.id.slice(of: $0), target: scan.uri.slice(of: $0)) }
            reply.body = unknown
            return settle(.denied)
        }
        let clearance: Clearance
        if slot < 0 {
            record.outcome = .stopped
            guard let leave = Seam.clear(record, context.lane) else {
                return refuse("the gateway has too many requests under way", outcome: .denied)
            }
            slot = leave.intent
            clearance = leave
        } else {
            clearance = Seam.again(slot)
        }
        attempts += 1
        let id = context.nextID()
        let era = server.handle.era(context.index)
        let plain = compose(id)
        let exchange = CallExchange(clearance, self, id: id, payload: era?.isModern == true ? ModernCall.enveloped(plain) : plain)
        if era?.isModern == true { exchange.fields = ModernCall.fields(replacement, request.bytes(scan.method), scan) }
        self.exchange = exchange
        if sent == nil { sent = .now() }
        server.handle.send(exchange)
    }

    /// The message as the server gets it: own id, own progress token, its own name for the thing; the rest byte for byte.
    private func compose(_ id: UInt64) -> ByteBuffer {
        request.withUnsafeReadableBytes { bytes in
            var out = context.loop.allocateBuffer(bytes.count + 64)
            switch replacement {
            case .params(let params):
                out.writeStaticString("{\"jsonrpc\":\"2.0\",\"id\":")
                out.writeDecimal(id)
                out.writeStaticString(",\"method\":\"")
                out.writeBytes(scan.method.slice(of: bytes))
                out.writeStaticString("\",\"params\":")
                out.writeBytes(ownToken(params, id))
                out.writeStaticString("}")
            case .piece(let piece, let new):
                // Three pieces at most, in the order in which they stand.
                var from = 0
                func next() -> ByteRange? {
                    var best: ByteRange?
                    func offer(_ range: ByteRange) {
                        guard !range.isEmpty, range.lower >= from else { return }
                        if let found = best, found.start < range.start { return }
                        best = range
                    }
                    offer(scan.id)
                    offer(piece)
                    offer(scan.progressToken)
                    return best
                }
                while let range = next() {
                    out.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[from..<range.lower]))
                    if range == piece { out.writeBytes(new) } else { out.writeDecimal(id) }
                    from = range.upper
                }
                out.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[from...]))
            }
            return out
        }
    }

    /// The params with Peta's own progress token where the client gave one.
    private func ownToken(_ params: [UInt8], _ id: UInt64) -> [UInt8] {
        guard !scan.progressToken.isEmpty, var tree = try? JSON.parse(params), var meta = tree["_meta"] else { return params }
        meta.set(key: "progressToken", value: .number(String(id)))
        tree.set(key: "_meta", value: meta)
        return tree.bytes
    }

    // MARK: coming back

    func notified(_ message: ByteBuffer, _ scan: MessageScan) {
        guard !settled else { return }
        deadline = min(limit, .now() + .seconds(Int64(server.handle.definition.callTimeoutSeconds)))
        guard let (cleaned, scan) = clean(message, scan) else { return }
        var message = cleaned
        if message.text(scan.method) == "notifications/progress" {
            let token = self.scan.progressToken
            guard !token.isEmpty, !scan.progressToken.isEmpty else { return }
            message = message.replacing(scan.progressToken, with: request.bytes(token))
        } else if !LogMessages.passes(message, scan, session?.logLevel ?? .info) {
            return
        }
        if !streaming {
            streaming = true
            responder.openStream()
        }
        responder.event(message)
    }

    func answered(_ message: ByteBuffer, _ scan: MessageScan, share: BudgetShare?) {
        guard !settled else { return }
        guard let (message, scan) = clean(message, scan) else {
            return failed(.badAnswer("the answer cannot be cleaned of credentials"), .written)
        }
        let sentID = self.scan.id
        // Small answers in one piece, large ones around their own bytes.
        if scan.id.isEmpty {
            reply.body = request.withUnsafeReadableBytes { RPC.answer(id: sentID.slice(of: $0), "error", message.bytes(scan.error)) }
        } else if message.readableBytes <= 16384 {
            reply.body = request.withUnsafeReadableBytes { bytes in
                message.withUnsafeReadableBytes { answer in
                    var out = context.loop.allocateBuffer(answer.count + sentID.count)
                    out.writeBytes(UnsafeRawBufferPointer(rebasing: answer[..<scan.id.lower]))
                    out.writeBytes(sentID.slice(of: bytes))
                    out.writeBytes(UnsafeRawBufferPointer(rebasing: answer[scan.id.upper...]))
                    return out
                }
            }
        } else {
            let start = message.readerIndex
            reply.body = message.getSlice(at: start, length: scan.id.lower) ?? ByteBuffer()
            reply.middle = request.getSlice(at: request.readerIndex + sentID.lower, length: sentID.count)
            reply.tail = message.getSlice(at: start + scan.id.upper, length: message.readableBytes - scan.id.upper)
        }
        reply.share = share
        let isError = scan.kind == .error || scan.resultIsError
        if scan.kind == .error { record.error = LogMessages.errorText(message, scan) }
        settle(isError ? .error : .ok)
    }

    /// The message without this server's secrets and with its URIs rewritten. Nil where that cannot be done: then it
    /// must not go out.
    private func clean(_ message: ByteBuffer, _ scan: MessageScan) -> (ByteBuffer, MessageScan)? {
        var current = message
        var scanned = scan
        // Only what the server said is searched, not the frame around it.
        let said = scanned.kind == .result ? scanned.result : scanned.kind == .error ? scanned.error : scanned.params
        if let redaction = server.handle.redaction(context.index), !said.isEmpty,
            let new = current.withUnsafeReadableBytes({ redaction.redact(said.slice(of: $0)) })
        {
            current = current.replacing(said, with: new)
            guard let again = try? current.scanMessage() else { return nil }
            scanned = again
        }
        let (range, what) = uriPlace(scanned)
        if !range.isEmpty,
            let new = current.withUnsafeReadableBytes({ try? server.rewriter.rewrite(range.slice(of: $0), kind: what) })
        {
            current = current.replacing(range, with: new)
            guard let again = try? current.scanMessage() else { return nil }
            scanned = again
        }
        return (current, scanned)
    }

    private func uriPlace(_ scan: MessageScan) -> (ByteRange, ResultRewriter.Kind) {
        switch scan.kind {
        case .error: return (scan.error, .error)
        case .result:
            switch kind {
            case .toolCall: return (scan.result, .toolCall)
            case .promptGet: return (scan.result, .promptGet)
            case .resourceRead: return (scan.result, .resourceRead)
            case .completion: return (.none, .error)
            }
        case .request, .notification: return (.none, .error)
        }
    }

    // MARK: what goes wrong

    func failed(_ failure: DownstreamFailure, _ phase: Exchange.Phase) {
        guard !settled else { return }
        exchange = nil
        let repeatable: Bool
        switch failure {
        case .notSent: repeatable = attempts > 0
        case .lost: repeatable = mayRepeat
        default: repeatable = false
        }
        // The client sees one request: what cannot have run, or may run twice, is sent again up to two times.
        if repeatable, attempts < 3, NIODeadline.now() < deadline { return dispatch() }
        conclude(failure)
    }

    /// It ends without an answer.
    private func conclude(_ failure: DownstreamFailure) {
        guard !settled else { return }
        record.error = failure.text
        let name = server.handle.id
        switch failure {
        case .timeout: end(.timeout, -32001, "Request timed out: server '\(name)' gave no answer in time")
        case .cancelled: end(.cancelled, -32800, "Request cancelled")
        case .stopping: end(.stopped, -32603, "The gateway is stopping")
        case .busy: end(.error, -32603, "Server '\(name)' has too many requests under way")
        case .tooLarge: end(.error, -32603, "The answer of server '\(name)' is larger than the gateway allows")
        case .notSent: end(.lost, -32603, "Server '\(name)' cannot be reached")
        case .lost: end(.lost, -32603, "Server '\(name)' was lost before it answered")
        case .badAnswer: end(.error, -32603, "Server '\(name)' gave no usable answer")
        }
    }

    private func end(_ outcome: AuditOutcome, _ code: Int, _ message: String) {
        reply.body = request.withUnsafeReadableBytes { RPC.error(id: scan.id.slice(of: $0), code: code, message: message) }
        settle(outcome)
    }

    private func refuse(_ why: String, outcome: AuditOutcome) {
        record.error = why
        reply.status = 503
        reply.fields = "Retry-After: 1\r\n"
        end(outcome, -32603, "Busy: \(why)")
    }

    /// The deadline has passed.
    func expire() {
        if let exchange { exchange.abandon(.timeout) } else { failed(.timeout, .waiting) }
    }

    /// The client does not want it any more, or its session ended. From any thread.
    func cancel(_ failure: DownstreamFailure = .cancelled) {
        context.loop.execute {
            guard !self.settled else { return }
            if let exchange = self.exchange { exchange.abandon(failure) } else { self.failed(failure, .waiting) }
        }
    }

    // MARK: the end

    private func settle(_ outcome: AuditOutcome) {
        settled = true
        exchange = nil
        context.remove(self)
        session?.leave(self)
        if entered { server.handle.leave() }
        let now = NIODeadline.now()
        record.outcome = outcome
        record.duration = (now - began).nanoseconds / 1000
        if let sent { record.downstreamDuration = (now - sent).nanoseconds / 1000 }
        record.bytesOut = Int64(reply.length)
        context.latency.add((now - began).nanoseconds)
        context.finished += 1
        context.outbox.add(record, slot: slot, at: now, self)
    }

    func auditSettled(_ failure: AuditFailure?) {
        if failure != nil {
            // It has run, but nothing proves it yet: the answer is withheld.
            reply = Reply(status: 503)
            reply.body = request.withUnsafeReadableBytes {
                RPC.error(id: scan.id.slice(of: $0), code: -32603, message: "The audit cannot be written; the answer is withheld")
            }
        }
        guard streaming else { return responder.reply(reply) }
        var message = reply.body
        if let middle = reply.middle { message.writeImmutableBuffer(middle) }
        if let tail = reply.tail { message.writeImmutableBuffer(tail) }
        responder.event(message)
        responder.closeStream(share: reply.share)
    }
}
