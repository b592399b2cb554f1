import PetaAdminAPI

/// What the gateway says.
extension Bridge {
    func headCame(_ exchange: Exchange) {
        guard let head = exchange.head else { return }
        if !mayNeedLine(exchange, head.status) { exchange.line = [] }
        if exchange.purpose == .stream, exchange.events != nil { backoff = 500 }
    }

    /// What was sent may have to be sent again, or is remembered.
    private func mayNeedLine(_ exchange: Exchange, _ status: Int) -> Bool {
        if exchange.purpose == .relist { return true }
        if exchange.isModern { return status == 400 && exchange.message?.method == "tools/call" }
        return status == 404 || exchange.message.map(LastingRequests.covers) == true
    }

    /// Passes one message of the gateway on to the client.
    func deliver(_ bytes: [UInt8], from exchange: Exchange) {
        if exchange.purpose == .relist {
            if BridgeMessage(bytes)?.kind == .response { exchange.page = bytes }
            return
        }
        guard let message = BridgeMessage(bytes) else { return remark("the gateway sent something that is no message of JSON-RPC") }
        exchange.attempts = 0
        switch message.kind {
        case .request, .notification: write(bytes)
        case .response:
            guard let id = message.ids.first else { return write(bytes) }
            if case .initialize(let again) = exchange.purpose {
                opened(bytes, exchange)
                if again {
                    exchange.waiting.remove(id)
                    return
                }
            }
            if exchange.isModern, exchange.message?.method == "tools/list" { parameters.learn(from: bytes) }
            if !exchange.isModern, let sent = exchange.message { lasting.answered(sent, exchange.line, bytes) }
            let isWanted = exchange.waiting.contains(id) && !exchange.muted.contains(id)
            exchange.waiting.remove(id)
            if isWanted { write(bytes) }
        case .batch:
            for element in ObjectScan.elements(bytes) ?? [] {
                guard let one = BridgeMessage(Array(bytes[element])), one.kind == .response else { continue }
                for id in one.ids { exchange.waiting.remove(id) }
            }
            write(bytes)
        }
    }

    /// An answer is whole.
    func finished(_ exchange: Exchange) {
        guard let head = exchange.head else { return connectionLost(exchange) }
        switch exchange.purpose {
        case .farewell(let isLast): if isLast { end() }
        case .stream: streamEnded(exchange)
        case .relist:
            if exchange.events == nil, head.status == 200 { deliver(exchange.body, from: exchange) }
            relisted(exchange)
        case .initialize, .message, .resume:
            if exchange.events != nil { return unanswered(exchange) }
            switch head.status {
            case 404 where exchange.usedSession != nil && !exchange.isModern && !isModernAnswer(exchange): sessionLost(exchange)
            case 200..<300:
                if !exchange.body.isEmpty, head.status == 200 { deliver(exchange.body, from: exchange) }
                accepted(exchange)
            default: refused(exchange, head.status)
            }
        }
    }

    /// A connection ended before its answer did.
    func connectionLost(_ exchange: Exchange) {
        switch exchange.purpose {
        case .farewell(let isLast): if isLast { end() }
        case .stream: streamEnded(exchange)
        case .relist: relisted(exchange)
        case .initialize, .message, .resume: unanswered(exchange)
        }
    }

    /// The gateway cannot be reached for this.
    func unreachable(_ exchange: Exchange, _ error: AdminError) {
        switch exchange.purpose {
        case .farewell(let isLast): if isLast { end() }
        case .stream:
            schedule(.openStream, in: nextBackoff())
        case .relist: relisted(exchange)
        case .resume where exchange.attempts < Self.mostAttempts: retry(exchange)
        case .initialize, .message, .resume:
            fail(exchange, error.message + (error.hint.map { ". " + $0 } ?? ""))
        }
    }

    /// An answer that ended without answering everything: taken up again if that is possible (section 4.5).
    private func unanswered(_ exchange: Exchange) {
        if exchange.waiting.isEmpty { return accepted(exchange) }
        if !exchange.isModern, exchange.resumeID != nil, session != nil, exchange.attempts < Self.mostAttempts { return retry(exchange) }
        fail(exchange, "The connection to the gateway was lost before the answer came; whether the request was carried out is not known")
    }

    private func retry(_ exchange: Exchange) {
        exchange.attempts += 1
        broken[ObjectIdentifier(exchange)] = exchange
        let pause = Int64(exchange.events?.retry ?? 1000)
        schedule(.resume(ObjectIdentifier(exchange)), in: max(50, min(pause, 30_000)) << Int64(exchange.attempts - 1))
    }

    static let mostAttempts = 5

    func resume(_ exchange: Exchange) {
        guard let id = exchange.resumeID, session != nil else {
            return fail(exchange, "The session ended before the answer came; whether the request was carried out is not known")
        }
        let fields = [("Accept", "text/event-stream")] + sessionFields + [("Last-Event-ID", id)]
        begin(.resume, "GET", fields, message: exchange.message) { made in
            made.waiting = exchange.waiting
            made.muted = exchange.muted
            made.attempts = exchange.attempts
            made.resumeID = id
            made.line = exchange.line
        }
    }

    /// An answer with a status that is an error. Its body may be a JSON-RPC error with or without the request's id (section 4.6).
    private func refused(_ exchange: Exchange, _ status: Int) {
        if lacksHeader(exchange, status) { return relist(exchange, refusal: exchange.body, cursor: nil, pages: 0) }
        if let message = BridgeMessage(exchange.body), message.kind == .response, let id = message.ids.first, exchange.waiting.contains(id)
        {
            if case .initialize(again: true) = exchange.purpose {} else { deliver(exchange.body, from: exchange) }
            if exchange.waiting.isEmpty { return }
        }
        let error = ObjectScan(exchange.body).flatMap { body in body["error"].flatMap { ObjectScan(exchange.body, at: $0.lowerBound) } }
        let words = error?["message"].flatMap { ObjectScan.text(exchange.body, $0) }
        let code = error?["code"].flatMap { Int(String(decoding: exchange.body[$0], as: UTF8.self)) }
        let data = error?["data"].map { Array(exchange.body[$0]) }
        fail(exchange, words ?? "The gateway answered with HTTP status \(status)", code: code ?? -32603, data: data)
    }

    private func isModernAnswer(_ exchange: Exchange) -> Bool {
        ObjectScan(exchange.body)?["error"].flatMap { ObjectScan(exchange.body, at: $0.lowerBound)?["code"] }
            .map { exchange.body[$0].elementsEqual("-32601".utf8) } ?? false
    }

    /// Answers what still needs an answer with an error.
    func fail(_ exchange: Exchange, _ words: String, code: Int = -32603, data: [UInt8]? = nil) {
        if case .initialize(again: true) = exchange.purpose { return renewalFailed(words) }
        if exchange.waiting.isEmpty {
            remark("\(exchange.message?.method ?? "a message") did not get through: \(words)")
            return accepted(exchange)
        }
        for id in exchange.waiting.sorted() where !exchange.muted.contains(id) {
            write(BridgeMessage.error(id, code, words, data: data))
        }
        exchange.waiting = []
    }
}
