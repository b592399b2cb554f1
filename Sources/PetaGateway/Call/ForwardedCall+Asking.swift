internal import NIOCore
internal import PetaAudit
internal import PetaCrypto
internal import PetaDownstream
internal import PetaIdentity
internal import PetaWire

/// What servers ask while they work on a call (MCP reference, sections 5.5, 8 and 10.2): asked on the session of a legacy client, and as
/// `input_required` of a modern one, whichever era the server speaks.
extension ForwardedCall {
    /// Questions of one call.
    struct Asking {
        /// Asked and not answered yet.
        var open: [Ask] = []
        /// What the client answered to a server of the modern era, by key.
        var answers: [(String, JSON)] = []
        /// The server's own state of the round that is being answered.
        var state: [UInt8]?
        /// How many there have been.
        var count = 0
        /// How many were refused.
        var refused = 0
        var isParking = false

        var hasAsked: Bool { count > 0 }
    }

    // MARK: a server of the legacy era asks

    func asked(_ message: ByteBuffer, _ scan: MessageScan) -> Bool {
        guard !settled, case .own = carrier, server.handle.definition.isolation != .shared else { return false }
        // Only some requests can be answered by questions in the modern era.
        guard !caller.isModern || kind.mayNeedInput else { return false }
        let id = message.bytes(scan.id)
        server.handle.noteAsking()
        var ask: Ask
        do throws(Ask.Refusal) {
            ask = try admit(
                message.text(scan.method),
                related(Ask.clean(message.bytes(scan.params), (way ?? server.handle).redaction(context.index))), .request(id))
        } catch {
            asking.refused += 1
            // A server that does not stop fills neither the audit nor the line.
            if asking.refused <= Ask.refusalsNoted { note(message.text(scan.method), .denied, error.message) }
            respond(id, error: error.code, error.message)
            if asking.refused > Ask.refusalLimit, case .own(let exchange) = carrier {
                exchange.abandon(.badAnswer("the server asks without end"))
            }
            return true
        }
        extend()
        if case .own(let exchange) = carrier { ask.exchange = exchange }
        if case .session(let session) = caller {
            put(ask, session)
        } else {
            asking.open.append(ask)
            parkSoon()
        }
        return true
    }

    /// Judges a question and counts it.
    private func admit(_ method: String, _ params: JSON?, _ origin: Ask.Origin) throws(Ask.Refusal) -> Ask {
        guard asking.open.count < Ask.openLimit, asking.count < Ask.totalLimit else {
            throw Ask.Refusal(code: -32603, message: "this request has asked too much")
        }
        asking.count += 1
        return try Ask.judge(id: context.nextID(), method: method, params: params, origin: origin, abilities: caller.abilities)
    }

    /// What a task of the modern era asks; nil, and recorded, where the client is not to be asked it. The client's answers come by
    /// `tasks/update`, which has a record of its own.
    func askedByTask(_ entry: JSON.Member) -> Ask? {
        let method = entry.value["method"]?.string ?? ""
        do throws(Ask.Refusal) {
            return try Ask.judge(
                id: 0, method: method, params: entry.value["params"], origin: .input(entry.key), abilities: caller.abilities)
        } catch {
            note(method, .denied, error.message)
            return nil
        }
    }

    // MARK: a client of the legacy era is asked

    private func put(_ ask: Ask, _ session: Session) {
        guard session.expect(ask.id, self) else {
            note(ask.method.rawValue, .denied, "the client cannot be asked now")
            if case .input = ask.origin { return end(.error, -32603, "The client is asked too much already") }
            return refuseQuestion(ask, "the client cannot be asked now")
        }
        asking.open.append(ask)
        waitForPerson()
        emit(ask.request(ask.id))
    }

    private func refuseQuestion(_ ask: Ask, _ why: String) {
        guard case .request(let id) = ask.origin else { return }
        respond(id, error: -32603, why)
    }

    /// The client's response to a question. From any thread.
    func clientAnswered(_ id: UInt64, _ message: ByteBuffer, _ scan: MessageScan) {
        context.loop.execute { self.take(id, message, scan) }
    }

    private func take(_ id: UInt64, _ message: ByteBuffer, _ scan: MessageScan) {
        guard let session = caller.session else { return }
        // Answered in the moment in which this request ended: the answer goes where the question went.
        guard !settled else { return session.pass(id, message, scan, by: self) }
        guard let index = asking.open.firstIndex(where: { $0.id == id }) else { return }
        let ask = asking.open.remove(at: index)
        session.forget(id)
        extend()
        if !asking.open.isEmpty { waitForPerson() }
        let isError = scan.kind == .error
        note(ask.method.rawValue, isError ? .error : .ok, isError ? LogMessages.errorText(message, scan) : nil)
        switch ask.origin {
        case .request(let own):
            var response = context.loop.allocateBuffer(message.readableBytes)
            response.writeStaticString("{\"jsonrpc\":\"2.0\",\"id\":")
            response.writeBytes(own)
            response.writeStaticString(isError ? ",\"error\":" : ",\"result\":")
            response.writeBytes(isError ? message.bytes(scan.error) : unrelated(message, scan))
            response.writeStaticString("}")
            ask.exchange?.respond(response)
        case .input(let key):
            if isError {
                // A refusal to fill in a form is an answer that servers know; one to sample or to name roots ends the request.
                guard ask.method == .elicitation else {
                    record.error = "the client refused \(ask.method.rawValue)"
                    return end(.error, -32603, "The client refused \(ask.method.rawValue)")
                }
                asking.answers.append((key, ["action": "cancel"]))
            } else {
                guard let result = try? JSON.parse(message.bytes(scan.result), limits: .answer) else {
                    return end(.error, -32603, "The client's answer cannot be read")
                }
                asking.answers.append((key, result))
            }
            if asking.open.isEmpty { sendAnswers() }
        }
    }

    /// All that the server of the modern era asked is answered: the request goes out again.
    private func sendAnswers() {
        input = Input(responses: JSON.members(asking.answers).bytes, state: asking.state)
        asking.answers = []
        asking.state = nil
        sendAgain()
    }

    /// The request ends with questions open. Over a pipe nothing says which of a client's requests a question belongs to: another one of its
    /// at the same server takes them over. Where there is none, the client is told that nobody waits any more.
    func withdrawQuestions(_ outcome: AuditOutcome) {
        guard let session = caller.session, !asking.open.isEmpty else { return }
        let asks = asking.open
        asking.open = []
        // Of a connection that was lost, nothing is to be answered on the next one.
        let pending = isDedicated && outcome != .lost ? asks.filter { $0.exchange != nil } : []
        for ask in asks where !pending.contains(where: { $0.id == ask.id }) { withdraw(ask, session, onStream: streaming) }
        if let way, !pending.isEmpty { passOn(pending, session, way, [], onStream: streaming) }
    }

    /// Gives questions to another request on the same connection, or withdraws them. `tried` are those that could not take them.
    private func passOn(
        _ asks: [Ask], _ session: Session, _ way: ServerHandle, _ tried: [ForwardedCall], onStream: Bool
    ) {
        let heir = tried.count < Ask.openLimit ? session.heir(of: self, besides: tried) : nil
        let isHanded = heir.map { heir in
            session.hand(asks.map(\.id), to: heir) {
                heir.context.loop.execute { heir.inherit(asks, session, way, tried + [self]) }
            }
        }
        guard isHanded != true else { return }
        for ask in asks { withdraw(ask, session, onStream: onStream) }
    }

    /// Takes over questions of a request that has ended. Where this one is on another connection, the next one may.
    private func inherit(_ asks: [Ask], _ session: Session, _ way: ServerHandle, _ tried: [ForwardedCall]) {
        guard !settled, self.way === way else {
            return passOn(asks, session, way, tried, onStream: streaming && !settled)
        }
        asking.open += asks
        asking.count += asks.count
        waitForPerson()
    }

    /// Nobody waits for the answer any more: the client is told, on the stream on which it was asked as long as that is there.
    private func withdraw(_ ask: Ask, _ session: Session, onStream: Bool) {
        session.forget(ask.id)
        note(ask.method.rawValue, .cancelled, "its request ended first")
        let params = Array("{\"requestId\":\(ask.id),\"reason\":\"the request has ended\"}".utf8)
        let message = RPC.notification("notifications/cancelled", params: params)
        if onStream { responder.event(ByteBuffer(bytes: message)) } else { session.notify(message, keep: false) }
    }

    // MARK: a server of the modern era asks

    /// The server's result says what it needs before it can go on.
    func inputRequired(_ message: ByteBuffer, _ scan: MessageScan) {
        guard let result = try? JSON.parse(message.bytes(scan.result), limits: .answer) else {
            return failed(.badAnswer("the server's questions cannot be read"), .written)
        }
        let state = result["requestState"]
        guard state == nil || state?.string != nil, result["inputRequests"] == nil || result["inputRequests"]?.object != nil else {
            return failed(.badAnswer("the server's questions cannot be read"), .written)
        }
        var asks: [Ask] = []
        for member in result["inputRequests"]?.object ?? [] {
            do throws(Ask.Refusal) {
                guard member.key.utf8.count <= 256, asks.count < Ask.openLimit else {
                    throw Ask.Refusal(code: -32603, message: "too many questions at once")
                }
                asks.append(try admit(member.value["method"]?.string ?? "", member.value["params"], .input(member.key)))
            } catch {
                // It was told what this client can be asked, and asks for more.
                note(member.value["method"]?.string ?? "", .denied, error.message)
                return failed(.badAnswer("the server asks what it may not: \(error.message)"), .written)
            }
        }
        guard !asks.isEmpty || state != nil else { return failed(.badAnswer("the server asks for nothing"), .written) }
        guard asking.count < Ask.totalLimit else { return failed(.badAnswer("the server asks without end"), .written) }
        carrier = .none
        let spelled = state.map(\.bytes)
        switch caller {
        case .session(let session):
            asking.count += asks.isEmpty ? 1 : 0
            asking.state = spelled
            guard !asks.isEmpty else { return sendAnswers() }
            for ask in asks where !settled { put(ask, session) }
        case .modern: answerWithQuestions(asks, .server(spelled))
        case .administrator: end(.error, -32603, "Server '\(server.handle.id)' asks for something that only a client can answer")
        }
    }

    /// A server of the legacy era refuses the call until links have been opened (-32042). True: the client is asked to.
    func linksRequired(_ error: JSON) -> Bool {
        if case .session(let session) = caller { return !mayBeTold(error, session) }
        guard caller.isModern, kind.mayNeedInput, let links = error["data"]?["elicitations"]?.array, !links.isEmpty else { return false }
        guard caller.abilities.set.contains(.url) else {
            end(
                .error, -32021, "This request needs a client that can open links",
                data: Array("{\"requiredCapabilities\":{\"elicitation\":{\"url\":{}}}}".utf8))
            return true
        }
        var asks: [Ask] = []
        for (number, link) in links.prefix(Ask.openLimit).enumerated() {
            do throws(Ask.Refusal) {
                asks.append(try admit(Ask.Method.elicitation.rawValue, link, .input("link\(number + 1)")))
            } catch {
                note(Ask.Method.elicitation.rawValue, .denied, error.message)
                failed(.badAnswer("the server asks what it may not: \(error.message)"), .written)
                return true
            }
        }
        answerWithQuestions(asks, .again)
        return true
    }

    /// Whether the links that a server wants opened may be shown to a client of the legacy era; where not, the call has ended.
    private func mayBeTold(_ error: JSON, _ session: Session) -> Bool {
        guard session.revision == .november2025, session.abilities.set.contains(.url), let links = error["data"]?["elicitations"]?.array,
            links.count <= Ask.openLimit
        else {
            end(.error, -32603, "Server '\(server.handle.id)' needs links opened, which this client cannot")
            return false
        }
        for link in links {
            do throws(Ask.Refusal) {
                _ = try admit(Ask.Method.elicitation.rawValue, link, .input("link"))
            } catch {
                note(Ask.Method.elicitation.rawValue, .denied, error.message)
                failed(.badAnswer("the server asks what it may not: \(error.message)"), .written)
                return false
            }
        }
        for _ in links { note(Ask.Method.elicitation.rawValue, .pending, nil) }
        return true
    }

    // MARK: a client of the modern era is asked

    /// Several questions that come at once are asked at once.
    private func parkSoon() {
        guard !asking.isParking else { return }
        asking.isParking = true
        context.loop.execute {
            self.asking.isParking = false
            guard !self.settled, case .own(let exchange) = self.carrier else { return }
            guard let parked = self.context.shared.parking.park(self, exchange, self.asking.open) else {
                for ask in self.asking.open { self.refuseQuestion(ask, "too many requests wait for answers") }
                self.asking.open = []
                return
            }
            self.carrier = .parked(parked)
            self.answerWithQuestions(self.asking.open, .parked(parked.id))
        }
    }

    /// The call that an earlier request began asks again. On this call's loop.
    func askedAgain(_ asks: [Ask], by parked: ParkedCall) {
        guard !settled else { return parked.abandon(.cancelled) }
        answerWithQuestions(asks, .parked(parked.id))
    }

    /// Ends this request with the questions; the client comes back with the answers in another one.
    func answerWithQuestions(_ asks: [Ask], _ content: RequestStates.Content) {
        guard let params = try? JSON.parse(request.bytes(scan.params), limits: .answer),
            let state = context.shared.states.seal(
                content, claim: gate?.claim,
                binding: RequestStates.binding(user: userID, method: request.text(scan.method), params: params),
                now: NIODeadline.now().uptimeNanoseconds / 1_000_000_000)
        else {
            if case .parked(let parked) = carrier { parked.abandon(.cancelled) }
            return failed(.badAnswer("the questions cannot be passed on"), .written)
        }
        for ask in asks { note(ask.method.rawValue, .pending, nil) }
        asking.open = []
        var result: JSON = ["resultType": "input_required"]
        if !asks.isEmpty { result.set(key: "inputRequests", value: .members(asks.map { ($0.key, $0.input) })) }
        result.set(key: "requestState", value: .string(state))
        result.set(key: "_meta", value: ["io.modelcontextprotocol/serverInfo": context.shared.serverInfo])
        reply.body = request.withUnsafeReadableBytes { RPC.answer(id: scan.id.slice(of: $0), "result", result.bytes) }
        settle(.pending)
    }

    // MARK: answering the server, and the audit

    private func respond(_ id: [UInt8], error code: Int, _ message: String) {
        guard case .own(let exchange) = carrier else { return }
        exchange.respond(id.withUnsafeBytes { RPC.error(id: $0, code: code, message: message) })
    }

    private func note(_ method: String, _ outcome: AuditOutcome, _ error: String?) { context.note(method, outcome, error, of: record) }
}

extension JSONLimits {
    /// For trees of what servers and clients say to one another off the call path.
    static let answer = JSONLimits(bytes: 64 << 20, nodes: 2_000_000)
}
