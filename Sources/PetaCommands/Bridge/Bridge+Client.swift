import PetaAdminAPI

/// What the client says.
extension Bridge {
    func fromClient(_ line: [UInt8]) {
        guard let message = BridgeMessage(line) else {
            let isJSON = (try? JSONReader.read(line)) != nil
            return write(BridgeMessage.error("null", isJSON ? -32600 : -32700, isJSON ? "Invalid Request" : "Parse error"))
        }
        if let id = message.cancelled, cancel(id, message) { return }
        guard exchanges.count < Self.mostExchanges else {
            for id in message.isAsking ? message.ids : [] {
                write(BridgeMessage.error(id, -32603, "Too many requests are under way"))
            }
            return
        }
        if let version = message.version { return modern(message, line, version) }
        if message.method == "initialize", message.kind == .request { return initialize(message, line) }
        legacy(message, line)
    }

    /// True when that is all that has to be done: over HTTP a modern request is cancelled by closing its answer (section 5.4).
    private func cancel(_ id: String, _ message: BridgeMessage) -> Bool {
        if let exchange = exchanges.first(where: { $0.isModern && $0.waiting.contains(id) }) {
            release(exchange, keeping: false)
            return true
        }
        // An answer that still comes is not wanted any more (section 7).
        for exchange in exchanges + Array(broken.values) where exchange.waiting.contains(id) { exchange.muted.insert(id) }
        if let index = parked.firstIndex(where: { $0.waiting == [id] }) {
            parked.remove(at: index)
            return true
        }
        return message.version != nil || session == nil
    }

    private func modern(_ message: BridgeMessage, _ line: [UInt8], _ version: String) {
        guard HeaderValue.isPlain(version), let method = message.method, HeaderValue.isPlain(method) else {
            for id in message.isAsking ? message.ids : [] {
                write(BridgeMessage.error(id, -32600, "Invalid Request: method or protocol version cannot be a header field"))
            }
            return
        }
        begin(.message, "POST", modernFields(message, line, version, method), message: message, line: line)
    }

    func modernFields(_ message: BridgeMessage, _ line: [UInt8], _ version: String, _ method: String) -> [(String, String)] {
        var fields = [Self.accept, ("MCP-Protocol-Version", version), ("Mcp-Method", method)]
        if let name = message.name {
            fields.append(("Mcp-Name", HeaderValue.encoded(name)))
            if method == "tools/call" { fields += parameters.fields(of: line, tool: name) }
        }
        return fields
    }

    private func initialize(_ message: BridgeMessage, _ line: [UInt8]) {
        if let session { farewell(session, isLast: false) }
        closeStream()
        session = nil
        streamID = nil
        lasting = LastingRequests()
        opening = (message, line)
        begin(.initialize(again: false), "POST", [Self.accept], message: message, line: line)
    }

    func legacy(_ message: BridgeMessage, _ line: [UInt8], isRetry: Bool = false) {
        // A session that was lost is opened anew by whoever needs it; answers to what the old one asked are of no use.
        if session == nil, opening != nil {
            if message.isAsking {
                park(Exchange(.message, -1, request: [], message: message, line: line))
                renew()
            }
            return
        }
        begin(.message, "POST", [Self.accept] + sessionFields, message: message, line: line) { $0.isRetry = isRetry }
    }

    static var accept: (String, String) { ("Accept", "application/json, text/event-stream") }

    /// The fields of every request within the session (section 4.3).
    var sessionFields: [(String, String)] {
        guard let session else { return [] }
        return (session.id.map { [("Mcp-Session-Id", $0)] } ?? []) + [("MCP-Protocol-Version", session.revision)]
    }
}
