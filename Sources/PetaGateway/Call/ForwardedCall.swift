internal import NIOCore
internal import PetaApprovals
internal import PetaAudit
internal import PetaCrypto
internal import PetaDownstream
internal import PetaIdentity
internal import PetaPolicy
internal import PetaWire

/// One request of a client on its way to a server and back: the same object on the hot path and on the ordinary one, for clients and
/// servers of either era. It lives on the loop of the client's connection. Whatever its end, it leaves exactly one audit record, and
/// the client is answered when that record is safe.
///
/// What goes out is written in `+Compose`, what comes back is read in `+Answer`, what servers ask meanwhile is in `+Asking`.
final class ForwardedCall: AuditWaiter, ExchangeOwner, @unchecked Sendable {  // Touched on `context.loop` only; `cancel` hops there.
    enum Kind: Sendable { case toolCall, promptGet, resourceRead, completion, taskGet, taskResult, taskUpdate, taskCancel }

    /// Where the answer is awaited.
    enum Carrier {
        case none
        /// An exchange of this call's own.
        case own(CallExchange)
        /// One that an earlier request of the client began, and that waited for this one.
        case parked(ParkedCall)
    }

    let context: LoopContext
    let caller: Caller
    /// What goes out is changed by an approval alone, to the form that was approved.
    var order: Order
    /// Nothing is begun after this moment, and what runs is given up.
    private(set) var deadline: NIODeadline
    var responder: any Responder
    let principal: Principal
    private let limit: NIODeadline
    private let began: NIODeadline
    private var sent: NIODeadline?
    var record: AuditRecord
    let trace: CallTrace
    private var slot: Int32 = -1
    var carrier = Carrier.none
    private var attempts = 0
    var streaming = false
    private(set) var settled = false
    var reply = Reply(status: 200)
    private var hasEntered = false
    private var hasSlot = false
    private var hasEnteredWay = false
    /// The connection that is used: the server's shared one, or one that this client has for itself.
    private(set) var way: ServerHandle?
    /// True where that is one of this client's own.
    private(set) var isDedicated = false
    /// What the client's answers to a server of the modern era are sent on as.
    var input = Input()
    /// Until something has gone out.
    var retry: Retry?
    /// Questions under way.
    var asking = Asking()
    /// Its server's lists were read again because of it.
    var hasRelisted = false
    /// A person has to approve it; nil where nobody has to.
    var gate: Gate?

    init(
        context: LoopContext, caller: Caller, responder: any Responder, principal: Principal, order: Order, record: AuditRecord,
        trace: CallTrace
    ) {
        self.context = context
        self.caller = caller
        self.order = order
        self.responder = responder
        self.principal = principal
        self.record = record
        self.trace = trace
        began = .now()
        limit = began + .seconds(Int64(context.settings.callMaxSeconds))
        // It is answered when the task has ended, and until then there need not be any sign of it.
        let patience = order.kind == .taskResult ? limit : began + .seconds(Int64(order.server.handle.definition.callTimeoutSeconds))
        deadline = min(limit, patience)
    }

    var kind: Kind { order.kind }
    var server: ServerListing { order.server }
    var request: ByteBuffer { order.request }
    var scan: MessageScan { order.scan }
    var userID: String { principal.userID }

    func hasClientID(_ id: UnsafeRawBufferPointer) -> Bool {
        request.withUnsafeReadableBytes { bytes in
            let own = scan.id.slice(of: bytes)
            return own.count == id.count && own.elementsEqual(id)
        }
    }

    // MARK: going out

    /// Begins. The decision has been made; what stands in the way from here on is capacity.
    func start() {
        guard begin() else { return }
        if let gate, gate.claim == nil { return awaitApproval(gate) }
        proceed()
    }

    /// Nothing stands between it and its server any more.
    func proceed() {
        guard enterServer() else { return }
        dispatch()
    }

    /// Begins where the client's answers have come to a call that waits for them.
    func start(resuming parked: ParkedCall) {
        guard begin(), enterServer(), let clearance = leave() else { return }
        retry = nil
        gate?.mayHaveRun = true
        record.secrets = parked.secrets
        sent = .now()
        // Its client has answered: whatever happens, that is not asked of another run of the call.
        asking.count = max(1, asking.count)
        carrier = .parked(parked)
        parked.resume(clearance, self, input.responses)
    }

    private func begin() -> Bool {
        if let session = caller.session {
            guard session.enter(self, limit: context.settings.inFlightPerSession) else {
                refuse("too many requests of this session are under way", outcome: .denied)
                return false
            }
        }
        context.add(self)
        // Of the modern era: closing the response is the cancellation.
        if caller.isModern { responder.onGone { [weak self] in self?.cancel() } }
        return true
    }

    /// Takes its place among its user's calls, and at the server.
    private func enterServer() -> Bool {
        guard takeSlot() else {
            refuse("this user has too many calls under way", outcome: .denied)
            reply.status = 429
            return false
        }
        guard server.handle.enter(now: .now()) else {
            refuse("the server has too many requests under way", outcome: .denied)
            return false
        }
        hasEntered = true
        return true
    }

    /// One of the user's places for calls, given back when it settles. False: all are taken.
    private func takeSlot() -> Bool {
        let limit = principal.allowance.concurrent ?? context.settings.userConcurrent
        guard limit > 0 else { return true }
        if case .administrator = caller { return true }
        hasSlot = principal.allowance.usage.slots.enter(limit: limit)
        return hasSlot
    }

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
        if way == nil {
            guard chooseWay() else {
                let isFull = way == nil
                return refuse(
                    isFull ? "the server has too many connections of single clients" : "this client has too many requests under way there",
                    outcome: .denied)
            }
        }
        guard let way, way !== server.handle, !way.isLive(context.index) else { return send() }
        way.wake(on: context.loop) { failure in
            if let failure { self.conclude(failure) } else { self.send() }
        }
    }

    /// The shared connection, or one of this client's own where the server may ask it something. False: there are too many.
    private func chooseWay() -> Bool {
        let shared = server.handle
        let abilities = caller.abilities
        guard case .legacy? = shared.era(context.index), order.isDedicated ?? isOwnWayWanted(shared) else {
            way = shared
            return true
        }
        switch caller {
        case .session(let session): way = session.way(to: shared, context.shared.ways)
        case .modern: way = context.shared.ways.lease(shared, principal.userID, abilities)
        case .administrator: way = shared
        }
        // One client's sessions must not shut the others out: where nobody said that they must be apart, they share.
        if way == nil, shared.definition.isolation == .auto, order.isDedicated != true {
            way = shared
        }
        if let way, way !== shared {
            isDedicated = true
            hasEnteredWay = way.enter(now: began)
            return hasEnteredWay
        }
        return way != nil
    }

    /// A task asks later, when nobody can see any more whose it is: where its client can be asked it has a connection of its own.
    private func isOwnWayWanted(_ shared: ServerHandle) -> Bool {
        if order.asksForTask, caller.abilities.canBeAsked, shared.definition.isolation == .auto { return true }
        return context.shared.ways.isWanted(shared, caller.abilities)
    }

    private func send() {
        guard !settled, let way else { return }
        let era = way.era(context.index) ?? .legacy("")
        // Tasks are of one era: a server that has changed over knows none of those.
        guard !kind.isTask || era.isModern == caller.isModern else { return unknown("the server has no such tasks any more") }
        record.secrets = way.secrets(context.index)
        guard let clearance = leave() else { return }
        attempts += 1
        let id = context.nextID()
        let exchange = CallExchange(clearance, self, id: id, payload: compose(id, era))
        if era.isModern { exchange.fields = fields() }
        if let passed = context.passedOn(trace) { (exchange.trace, exchange.traceState) = (passed, trace.state) }
        exchange.takesLogs = (caller.isModern || era.isModern) && caller.logLevel != nil
        carrier = .own(exchange)
        if sent == nil { sent = .now() }
        retry = nil
        gate?.isSent()
        way.send(exchange)
    }

    /// Leave to send. Nil: the right or the room is gone, and the call has ended.
    private func leave() -> Clearance? {
        // After a wait the principal may have lost the right, or the server its place.
        guard let current = context.snapshot.identity.current(principal),
            case .allow = Seam.decide(current, context.snapshot.present(server), order.sought)
        else {
            loseRight()
            return nil
        }
        // And another policy may be in force, or the tool another than was approved.
        if context.snapshot !== order.snapshot || gate != nil, let question = order.question,
            let verdict = Seam.judge(question, context, current, caller, &record, request, scan, danger(current)),
            gate?.isPassed(verdict, question.definition(context)) != true
        {
            reply = Denial.reply(verdict, kind, request, scan, caller, context.shared)
            settle(.denied)
            return nil
        }
        if slot < 0 {
            record.outcome = .stopped
            guard let first = Seam.clear(record, context.lane) else {
                refuse("the gateway has too many requests under way", outcome: .denied)
                return nil
            }
            slot = first.intent
            return first
        }
        return Seam.again(slot)
    }

    /// How much care it takes by what is set now.
    func danger(_ current: Principal) -> DangerLevel {
        Seam.danger(current, context.snapshot.present(server), order.question?.subject)
    }

    /// Ends it like everything that does not exist, for a principal that may not any more.
    func loseRight() {
        record.decision = .deny
        record.rule = lostRight
        reply = Endpoint.unknown(kind, request, scan, isModern: caller.isModern)
        settle(.denied)
    }

    /// The right that was there when the call began.
    private var lostRight: String {
        guard let current = context.snapshot.identity.current(principal),
            case .deny(let rule) = Seam.decide(current, context.snapshot.present(server), order.sought)
        else { return RightRule.noGrant.rawValue }
        return rule
    }

    /// Sends the request once more, with what the client answered.
    func sendAgain() {
        carrier = .none
        attempts = 0
        extend()
        dispatch()
    }

    // MARK: time

    /// A sign of life gives it its time anew, never past the limit.
    func extend() {
        guard kind != .taskResult else { return }
        guard asking.open.isEmpty else { return waitForPerson() }
        deadline = min(limit, .now() + .seconds(Int64(server.handle.definition.callTimeoutSeconds)))
    }

    /// While a person thinks, only the limit counts.
    func waitForPerson() { deadline = limit }

    /// The deadline has passed.
    func expire() {
        way?.callTimedOut()
        abandon(.timeout)
    }

    private func abandon(_ failure: DownstreamFailure) {
        if let gate, gate.isEntering { return gate.abandoned = failure }
        switch carrier {
        case .own(let exchange): exchange.abandon(failure)
        case .parked(let parked):
            parked.abandon(failure)
            failed(failure, .written)
        case .none: failed(failure, .waiting)
        }
    }

    /// The client does not want it any more, or its session ended. From any thread.
    func cancel(_ failure: DownstreamFailure = .cancelled) {
        context.loop.execute {
            guard !self.settled else { return }
            self.abandon(failure)
        }
    }

    // MARK: what goes wrong

    func failed(_ failure: DownstreamFailure, _ phase: Exchange.Phase) {
        guard !settled else { return }
        carrier = .none
        let repeatable: Bool
        switch failure {
        case .notSent:
            repeatable = attempts > 0
            gate?.wasNotSent()
        case .lost: repeatable = (order.mayRepeat || server.handle.definition.retry == .always) && !asking.hasAsked
        default: repeatable = false
        }
        // The client sees one request: what cannot have run, or may run twice, is sent again up to two times.
        guard repeatable, attempts < 3, NIODeadline.now() < deadline else { return conclude(failure) }
        // The shared connection may have gone before it was known what is spoken on it: the way is chosen anew.
        if !isDedicated { way = nil }
        dispatch()
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

    /// Ends it with an error of the gateway's own.
    func end(_ outcome: AuditOutcome, _ code: Int, _ message: String, data: [UInt8]? = nil) {
        // Of the modern era, the codes from -32000 to -32019 mean nothing (MCP reference, section 2).
        let code = caller.isModern && code > -32020 && code <= -32000 ? -32603 : code
        if caller.isModern { reply.status = ModernStatus.of(code) }
        reply.body = request.withUnsafeReadableBytes { RPC.error(id: scan.id.slice(of: $0), code: code, message: message, data: data) }
        reply.middle = nil
        reply.tail = nil
        settle(outcome)
    }

    /// Ends it like everything that does not exist.
    func unknown(_ why: String) {
        record.error = why
        reply = Endpoint.unknown(kind, request, scan, isModern: caller.isModern)
        settle(.error)
    }

    private func refuse(_ why: String, outcome: AuditOutcome) {
        record.error = why
        reply.fields = "Retry-After: 1\r\n"
        end(outcome, -32603, "Busy: \(why)")
        reply.status = 503
    }

    // MARK: the end

    func settle(_ outcome: AuditOutcome) {
        settled = true
        guard let gate else { return conclude(outcome) }
        endWait(gate)
        guard let claim = gate.claim else { return conclude(outcome) }
        // First what became of the approval, then the answer: whoever has seen the answer finds the same one again.
        closeClaim(gate, claim, outcome) { self.conclude(outcome) }
    }

    private func conclude(_ outcome: AuditOutcome) {
        if hasSlot { principal.allowance.usage.slots.leave() }
        hasSlot = false
        giveRetryBack()
        withdrawQuestions(outcome)
        releaseWay(outcome)
        carrier = .none
        context.remove(self)
        caller.session?.leave(self)
        if caller.isModern { responder.onGone(nil) }
        let now = NIODeadline.now()
        record.outcome = outcome
        record.duration = (now - began).nanoseconds / 1000
        if let sent { record.downstreamDuration = (now - sent).nanoseconds / 1000 } else { record.secrets = nil }
        record.bytesOut = Int64(reply.length)
        if order.isNoticed, sent != nil { notice() }
        context.latency.add((now - began).nanoseconds)
        context.finished += 1
        if trace.isRecorded { export() }
        context.outbox.add(record, slot: slot, at: now, self)
    }

    private func export() {
        context.export(
            record, trace, sent: sent.map { ($0 - began).nanoseconds },
            waited: gate?.waited.map { (($0.lowerBound - began).nanoseconds)..<(($0.upperBound - began).nanoseconds) })
    }

    /// Reviewers see that a call has run for which nobody was asked.
    private func notice() {
        context.shared.approvals.approvals.bell.note(
            ApprovalNotice(
                request: record.requestID ?? "", time: record.time / 1000, user: userID, server: server.handle.id, tool: order.name))
    }

    /// Nothing has gone out, so the client may come back once more with what it brought: the call first, then the state that leads to it.
    private func giveRetryBack() {
        guard let unused = retry else { return }
        retry = nil
        if let parked = unused.parked {
            context.shared.parking.keep(parked)
            // Its user may not use the server any more.
            if record.decision == .deny { parked.expire(.cancelled) }
        }
        context.shared.states.giveBack(unused.ticket)
    }

    /// Lets go of the connection, unless what waits for the client's answer has taken it over.
    private func releaseWay(_ outcome: AuditOutcome) {
        guard let used = way else {
            if hasEntered { server.handle.leave() }
            return
        }
        way = nil
        if hasEntered { server.handle.leave() }
        guard used !== server.handle else { return }
        if hasEnteredWay { used.leave() }
        hasEnteredWay = false
        if outcome == .ok, !asking.hasAsked, !kind.isTask, !order.asksForTask { context.shared.ways.askedNothing(server.handle) }
        guard caller.isModern else { return }
        // A server that still works on what nobody wants could ask the next one who uses this connection.
        if outcome == .ok || outcome == .error || outcome == .pending, case .none = carrier {
            context.shared.ways.give(used, of: server.handle, principal.userID, caller.abilities, at: .now())
        } else {
            used.retire()
        }
    }

    /// Hands its connection to what waits for the client's answer.
    func surrenderWay() -> ServerHandle? {
        defer { way = nil }
        return way
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
