internal import NIOCore
internal import PetaAudit
internal import PetaDownstream
internal import PetaIdentity
internal import PetaWire
internal import Synchronization

/// A request at a server of the legacy era that waits until a client of the modern era comes back with answers. The request lives on the
/// loop on which it began; the client's next request may come on another.
final class ParkedCall: ExchangeOwner, @unchecked Sendable {  // Touched on `loop` only; what others call hops there.
    /// What has come while nobody listened.
    private enum Ending {
        case answer(ByteBuffer, MessageScan, BudgetShare?)
        case failure(DownstreamFailure, Exchange.Phase)
    }

    let id: UInt64
    let userID: String
    private let loop: any EventLoop
    private let exchange: CallExchange
    private let parking: Parking
    /// Its connection, which nobody else uses meanwhile.
    private let way: ServerHandle?
    private let shared: ServerHandle
    private let abilities: ClientAbilities
    private let ways: Ways
    private var open: [Ask]
    private var count: Int
    private var ending: Ending?
    private var listener: ForwardedCall?
    private var timer: Scheduled<Void>?
    private var isOver = false
    /// Whatever comes of it is of no use to anybody.
    private var isUnwanted = false
    private var asksSoon = false
    private var refused = 0
    /// What is written of its end if no request of its client is there to say it.
    private let record: AuditRecord
    private let parkedAt = NIODeadline.now()
    private let context: LoopContext
    private let redaction: (any Redaction)?
    /// The names of the secrets in its connection, as the audit has them.
    let secrets: String?

    init(_ id: UInt64, _ call: ForwardedCall, _ exchange: CallExchange, _ asks: [Ask], _ parking: Parking) {
        self.id = id
        self.exchange = exchange
        self.parking = parking
        userID = call.userID
        loop = call.context.loop
        shared = call.server.handle
        abilities = call.caller.abilities
        ways = call.context.shared.ways
        open = asks
        count = call.asking.count
        context = call.context
        record = call.record
        way = call.surrenderWay()
        redaction = (way ?? call.server.handle).redaction(call.context.index)
        secrets = call.record.secrets
        exchange.owner = self
        startTimer()
    }

    private func startTimer(_ seconds: UInt64 = RequestStates.seconds) {
        timer?.cancel()
        timer = loop.scheduleTask(in: .seconds(Int64(seconds))) { self.expire(.timeout) }
    }

    // MARK: from the client's next request

    /// Takes the client's answers, with leave to send them; `call` gets what comes next. What was not answered is asked again.
    func resume(_ clearance: consuming Clearance, _ call: ForwardedCall, _ responses: [UInt8]?) {
        loop.execute {
            guard !self.isOver || self.ending != nil else {
                call.context.loop.execute { call.failed(.lost("the server was lost while the client was asked"), .written) }
                return
            }
            self.timer?.cancel()
            self.listener = call
            if let ending = self.ending { return self.deliver(ending, call) }
            let given = responses.flatMap { try? JSON.parse($0, limits: .answer) }
            var left: [Ask] = []
            for ask in self.open {
                guard let answer = given?[ask.key], answer.object != nil, case .request(let own) = ask.origin else {
                    left.append(ask)
                    continue
                }
                var response = ByteBuffer()
                response.writeStaticString("{\"jsonrpc\":\"2.0\",\"id\":")
                response.writeBytes(own)
                response.writeStaticString(",\"result\":")
                response.writeBytes(answer.bytes)
                response.writeStaticString("}")
                self.exchange.respond(response)
                self.context.note(ask.method.rawValue, .ok, nil, of: self.record)
            }
            self.open = left
            if !left.isEmpty { self.askSoon() }
        }
    }

    /// The request of its client that had fetched it has ended, and says so itself.
    func abandon(_ failure: DownstreamFailure) {
        loop.execute {
            guard !self.isOver else { return }
            self.listener = nil
            self.isUnwanted = true
            // Which ends it by way of `failed`.
            self.exchange.abandon(failure)
        }
    }

    /// Its client did not come back, or cannot any more: the server is told, and a last record says how it ended. Not where a request of the
    /// client has fetched it meanwhile.
    func expire(_ failure: DownstreamFailure) {
        loop.execute {
            guard !self.isUnwanted, self.listener == nil else { return }
            guard self.parking.lapse(self) else { return self.startTimer(1) }
            self.isUnwanted = true
            self.timer?.cancel()
            self.withdraw()
            self.close(failure)
            if self.isOver { self.parking.forget(self) } else { self.exchange.abandon(failure) }
            self.ending = nil
        }
    }

    /// What nobody has answered is not asked any more.
    private func withdraw() {
        for ask in open { context.note(ask.method.rawValue, .cancelled, "its request ended first", of: record) }
        open = []
    }

    private func close(_ failure: DownstreamFailure) {
        var last = record
        last.time = Timestamp.now()
        last.requestID = context.nextRequestID()
        last.duration = (.now() - parkedAt).nanoseconds / 1000
        last.detail = "waited for the client since request \(record.requestID ?? "")"
        if case .failure(let why, _)? = ending {
            (last.outcome, last.error) = (.lost, why.text)
            return context.leave(last)
        }
        switch failure {
        case .stopping: (last.outcome, last.error) = (.stopped, "the gateway stopped before the client came back")
        case .cancelled: (last.outcome, last.error) = (.cancelled, "its user lost the right to it before the client came back")
        default: (last.outcome, last.error) = (.timeout, "it expired: the client did not come back")
        }
        context.leave(last)
    }

    // MARK: from the server

    func answered(_ message: ByteBuffer, _ scan: MessageScan, share: BudgetShare?) {
        // Cleaned of the credentials of the connection that it came on: the call that fetches it may know another.
        let said = scan.kind == .result ? scan.result : scan.error
        guard let redaction, let new = message.withUnsafeReadableBytes({ redaction.redact(said.slice(of: $0)) }) else {
            return end(.answer(message, scan, share))
        }
        let clean = message.replacing(said, with: new)
        guard let again = try? clean.scanMessage() else {
            return end(.failure(.badAnswer("the answer cannot be cleaned of credentials"), .written))
        }
        end(.answer(clean, again, share))
    }

    func failed(_ failure: DownstreamFailure, _ phase: Exchange.Phase) { end(.failure(failure, phase)) }

    func notified(_ message: ByteBuffer, _ scan: MessageScan) {
        guard let call = listener else { return }
        call.context.loop.execute { call.notified(message, scan) }
    }

    func asked(_ message: ByteBuffer, _ scan: MessageScan) -> Bool {
        let id = message.bytes(scan.id)
        do throws(Ask.Refusal) {
            guard open.count < Ask.openLimit, count < Ask.totalLimit else {
                throw Ask.Refusal(code: -32603, message: "this request has asked too much")
            }
            count += 1
            open.append(
                try Ask.judge(
                    id: context.nextID(), method: message.text(scan.method),
                    params: Ask.clean(message.bytes(scan.params), redaction), origin: .request(id),
                    abilities: abilities))
        } catch {
            refused += 1
            if refused <= Ask.refusalsNoted { context.note(message.text(scan.method), .denied, error.message, of: record) }
            exchange.respond(id.withUnsafeBytes { RPC.error(id: $0, code: error.code, message: error.message) })
            if refused > Ask.refusalLimit { exchange.abandon(.badAnswer("the server asks without end")) }
            return true
        }
        if listener != nil { askSoon() }
        return true
    }

    private func askSoon() {
        guard !asksSoon else { return }
        asksSoon = true
        loop.execute {
            self.asksSoon = false
            guard !self.isOver, let call = self.listener, !self.open.isEmpty else { return }
            self.listener = nil
            self.startTimer()
            self.parking.keep(self)
            let asks = self.open
            call.context.loop.execute { call.askedAgain(asks, by: self) }
        }
    }

    private func end(_ ending: Ending) {
        guard !isOver else { return }
        let isClean = if case .answer = ending { true } else { false }
        finish(isClean: isClean)
        if let call = listener { return deliver(ending, call) }
        if !isUnwanted { self.ending = ending }
    }

    private func deliver(_ ending: Ending, _ call: ForwardedCall) {
        listener = nil
        self.ending = nil
        withdraw()
        parking.forget(self)
        call.context.loop.execute {
            switch ending {
            case .answer(let message, let scan, let share): call.answered(message, scan, share: share)
            case .failure(let failure, let phase): call.failed(failure, phase)
            }
        }
    }

    /// The exchange is over. What came of it is kept until its client fetches it or its time is up.
    private func finish(isClean: Bool) {
        isOver = true
        timer?.cancel()
        if listener != nil || isUnwanted { parking.forget(self) } else { startTimer(60) }
        guard let way, way !== shared else { return }
        way.leave()
        if isClean { ways.give(way, of: shared, userID, abilities, at: .now()) } else { way.retire() }
    }
}

/// All requests that wait for the answers of clients of the modern era, bounded.
final class Parking: Sendable {
    private struct State {
        var calls: [UInt64: ParkedCall] = [:]
        var perUser: [String: Int] = [:]
        /// Whoever counts: those in `calls`, and those whose client has come back.
        var counted: Set<UInt64> = []
        var isClosed = false
    }
    private let state = Mutex(State())
    private static let limit = 4096
    private static let userLimit = 64

    /// Takes a request over. Nil: too many wait already.
    func park(_ call: ForwardedCall, _ exchange: CallExchange, _ asks: [Ask]) -> ParkedCall? {
        let id = UInt64.random(in: .min ... .max)
        let user = call.userID
        let isAllowed = state.withLock { state in
            guard !state.isClosed, state.counted.count < Self.limit, state.perUser[user, default: 0] < Self.userLimit,
                state.calls[id] == nil
            else {
                return false
            }
            state.perUser[user, default: 0] += 1
            state.counted.insert(id)
            return true
        }
        guard isAllowed else { return nil }
        let parked = ParkedCall(id, call, exchange, asks, self)
        state.withLock { $0.calls[id] = parked }
        return parked
    }

    /// The request with this number; once, until it is kept again.
    func take(_ id: UInt64, user: String) -> ParkedCall? {
        state.withLock { state in
            guard let parked = state.calls[id], parked.userID == user else { return nil }
            state.calls[id] = nil
            return parked
        }
    }

    /// It waits no longer. False: a request of its client has taken it.
    func lapse(_ parked: ParkedCall) -> Bool { state.withLock { $0.calls.removeValue(forKey: parked.id) != nil } }

    /// It can be taken again, unless it is over.
    func keep(_ parked: ParkedCall) {
        state.withLock { state in if state.counted.contains(parked.id) { state.calls[parked.id] = parked } }
    }

    /// The gateway stops: none waits any longer, and there will be no more.
    func close() {
        let all = state.withLock { state in
            state.isClosed = true
            return Array(state.calls.values)
        }
        for parked in all { parked.expire(.stopping) }
    }

    /// It is over.
    func forget(_ parked: ParkedCall) {
        state.withLock { state in
            state.calls[parked.id] = nil
            guard state.counted.remove(parked.id) != nil, let left = state.perUser[parked.userID] else { return }
            state.perUser[parked.userID] = left > 1 ? left - 1 : nil
        }
    }

    /// How many wait.
    var count: Int { state.withLock { $0.calls.count } }
}
