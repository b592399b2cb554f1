import PetaAdminAPI

/// The legacy session and its stream.
extension Bridge {
    func perform(_ task: Task) {
        switch task {
        case .openStream: openStream()
        case .renew: if session == nil { renew() }
        case .resume(let id): if let exchange = broken.removeValue(forKey: id) { resume(exchange) }
        case .giveUp: end()
        }
    }

    // MARK: opening

    /// The answer to `initialize`.
    func opened(_ bytes: [UInt8], _ exchange: Exchange) {
        let result = ObjectScan(bytes)?["result"].flatMap { ObjectScan(bytes, at: $0.lowerBound) }
        guard let revision = result?["protocolVersion"].flatMap({ ObjectScan.text(bytes, $0) }), HeaderValue.isPlain(revision) else {
            return
        }
        let id = exchange.head?.fields["mcp-session-id"]
        session = Session(id: id.flatMap { HeaderValue.isPlain($0) ? $0 : nil }, revision: revision)
    }

    /// A message without an answer has arrived, or everything is answered.
    func accepted(_ exchange: Exchange) {
        if case .initialize(again: true) = exchange.purpose {
            guard session != nil else { return renewalFailed("the gateway did not open a new session") }
            let line = Array(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#.utf8)
            begin(.message, "POST", [Self.accept] + sessionFields, message: BridgeMessage(line), line: line)
            return
        }
        if !exchange.waiting.isEmpty { return fail(exchange, "The gateway's answer has no message for this request") }
        guard exchange.message?.method == "notifications/initialized" else { return }
        openStream()
        for (message, line) in lasting.all {
            begin(.message, "POST", [Self.accept] + sessionFields, message: message, line: line) { again in
                again.isRetry = true
                again.muted = again.waiting
            }
        }
        let waiting = parked
        parked = []
        for exchange in waiting {
            guard let message = exchange.message else { continue }
            legacy(message, exchange.line, isRetry: true)
        }
    }

    // MARK: a session that is gone

    /// The gateway does not know the session any more: nothing was done with this message.
    func sessionLost(_ exchange: Exchange) {
        if exchange.usedSession == session?.id {
            session = nil
            streamID = nil
            closeStream()
        }
        if exchange.message?.method == "notifications/initialized" { return renewalFailed("it ended at once") }
        guard exchange.purpose == .message, !exchange.isRetry, !exchange.line.isEmpty, opening != nil else {
            return fail(exchange, "The session has ended")
        }
        if exchange.message?.isAsking == true { park(exchange) }
        renew()
    }

    func park(_ exchange: Exchange) { parked.append(exchange) }

    /// Opens a new session in place of the lost one, without the client noticing.
    func renew() {
        guard let opening, !isInputOver || !parked.isEmpty else { return }
        let isUnderWay = exchanges.contains { if case .initialize = $0.purpose { true } else { false } }
        guard !isUnderWay, session == nil else { return }
        begin(.initialize(again: true), "POST", [Self.accept], message: opening.message, line: opening.line)
    }

    func renewalFailed(_ words: String) {
        let waiting = parked
        parked = []
        for exchange in waiting { fail(exchange, "The session has ended and no new one could be opened: \(words)") }
        schedule(.renew, in: nextBackoff())
    }

    // MARK: the stream

    func openStream() {
        guard let session, session.id != nil, !isInputOver, !exchanges.contains(where: { $0.purpose == .stream }) else { return }
        let resuming = streamID.map { [("Last-Event-ID", $0)] } ?? []
        begin(.stream, "GET", [("Accept", "text/event-stream")] + sessionFields + resuming)
    }

    func closeStream() {
        timers.removeAll { $0.task == .openStream }
        for exchange in exchanges where exchange.purpose == .stream { release(exchange, keeping: false) }
    }

    /// The stream ended, or was not to be had.
    func streamEnded(_ exchange: Exchange) {
        if exchange.events != nil {
            streamID = exchange.resumeID ?? streamID
            return schedule(.openStream, in: max(50, min(Int64(exchange.events?.retry ?? 1000), 30_000)))
        }
        switch exchange.head?.status {
        // The gateway has none to offer.
        case 405: return
        case 401, 403: remark("the gateway refuses the session's stream with HTTP status \(exchange.head?.status ?? 0)")
        case 404:
            guard exchange.usedSession == session?.id else { return }
            session = nil
            streamID = nil
            schedule(.renew, in: nextBackoff())
        case 400 where streamID != nil:
            streamID = nil
            schedule(.openStream, in: nextBackoff())
        default: schedule(.openStream, in: nextBackoff())
        }
    }

    /// How long to wait this time, longer with each.
    func nextBackoff() -> Int64 {
        defer { backoff = min(backoff * 2, 30_000) }
        return backoff
    }

    // MARK: the end

    func farewell(_ session: Session, isLast: Bool) {
        guard let id = session.id else { return }
        begin(.farewell(isLast: isLast), "DELETE", [("Mcp-Session-Id", id), ("MCP-Protocol-Version", session.revision)])
    }
}
