import PetaAdminAPI

/// A modern call that was refused for its header fields (-32020): the tools have changed, so their list is fetched again and the call is sent
/// once more, which did not run (MCP reference, section 5.3).
extension Bridge {
    private static let mostPages = 100

    func lacksHeader(_ exchange: Exchange, _ status: Int) -> Bool {
        guard status == 400, exchange.purpose == .message, exchange.isModern, exchange.message?.method == "tools/call", !exchange.isRetry,
            !exchange.line.isEmpty, !exchange.waiting.isEmpty
        else { return false }
        let error = ObjectScan(exchange.body)?["error"].flatMap { ObjectScan(exchange.body, at: $0.lowerBound) }
        return error?["code"].map { exchange.body[$0].elementsEqual("-32020".utf8) } ?? false
    }

    /// Fetches a page of the list in the place of a call, which can be cancelled meanwhile as ever.
    func relist(_ call: Exchange, refusal: [UInt8], cursor: String?, pages: Int) {
        guard let version = call.message?.version else { return giveBack(call, refusal) }
        var params = cursor.map { [JSONMember("cursor", .string($0))] } ?? []
        if case .object(let meta) = (try? JSONReader.read(call.line))?["params"]?["_meta"] {
            params.append(JSONMember("_meta", .object(meta.filter { $0.name != "progressToken" })))
        }
        let request = JSONNode.object([
            JSONMember("jsonrpc", .string("2.0")), JSONMember("id", .string("peta-relist")), JSONMember("method", .string("tools/list")),
            JSONMember("params", .object(params)),
        ])
        let fields = [Self.accept, ("MCP-Protocol-Version", version), ("Mcp-Method", "tools/list")]
        begin(.relist, "POST", fields, message: call.message, line: JSONWriter.write(request)) { made in
            made.line = call.line
            made.waiting = call.waiting
            made.muted = call.muted
            made.refusal = refusal
            made.pages = pages
        }
    }

    /// A page has come, or will not.
    func relisted(_ exchange: Exchange) {
        guard let call = exchange.message, let version = call.version,
            let result = (try? JSONReader.read(exchange.page))?["result"]
        else { return giveBack(exchange, exchange.refusal) }
        parameters.learn(from: exchange.page)
        if let cursor = result["nextCursor"]?.stringValue, exchange.pages + 1 < Self.mostPages {
            return relist(exchange, refusal: exchange.refusal, cursor: cursor, pages: exchange.pages + 1)
        }
        begin(.message, "POST", modernFields(call, exchange.line, version, "tools/call"), message: call, line: exchange.line) { again in
            again.isRetry = true
            again.muted = exchange.muted
        }
    }

    /// The client gets the refusal as it came.
    private func giveBack(_ exchange: Exchange, _ refusal: [UInt8]) {
        exchange.waiting = []
        if exchange.muted.isEmpty { write(refusal) }
    }
}
