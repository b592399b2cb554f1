import PetaWire

/// The era without a handshake (MCP 2026-07-28), where `--modern` allows it and the first message speaks it.
extension DemoSession {
    /// What one `subscriptions/listen` wants to be told.
    struct Listen {
        var id: JSON
        var toolsListChanged: Bool
        var watchesNumbers: Bool
    }

    /// Listens at most.
    private static let listenLimit = 16

    /// The result of a request with its envelope, or nil when it is answered later.
    mutating func performModern(_ method: String, _ params: JSON, _ reply: Reply, at now: UInt64) throws(RPCError) -> JSON? {
        guard let version = params["_meta"]?[Envelope.protocolVersion]?.string,
            params["_meta"]?[Envelope.clientCapabilities]?.object != nil
        else { throw .invalidParams("_meta lacks protocolVersion or clientCapabilities") }
        guard version == Envelope.revision else {
            throw RPCError(
                code: -32022, message: "Unsupported protocol version",
                data: ["supported": [.string(Envelope.revision)], "requested": .string(version)])
        }
        switch method {
        case "server/discover": return Self.cacheable(discovery)
        case "subscriptions/listen":
            try listen(params, reply)
            return nil
        case "tools/list", "resources/list", "resources/templates/list", "resources/read", "prompts/list":
            do throws(RPCError) {
                return try performEither(method, params, reply, at: now).map(Self.cacheable)
            } catch {
                // Codes of the legacy era alone.
                throw error.code == -32002 ? RPCError(code: -32602, message: error.message, data: error.data) : error
            }
        case "tools/call", "prompts/get", "completion/complete": return try performEither(method, params, reply, at: now)
        default: throw .methodNotFound(method)
        }
    }

    private var discovery: JSON {
        [
            "supportedVersions": [.string(Envelope.revision)],
            "capabilities": [
                "tools": ["listChanged": true], "resources": ["subscribe": true], "prompts": .object([]), "logging": .object([]),
                "completions": .object([]),
            ],
            "instructions": .string(Self.instructions),
        ]
    }

    /// A result that says how long it may be kept: not at all.
    private static func cacheable(_ result: JSON) -> JSON {
        var result = result
        result.set(key: "ttlMs", value: 0)
        result.set(key: "cacheScope", value: "private")
        return result
    }

    /// A result as the modern era has it.
    static func complete(_ result: JSON) -> JSON {
        var result = result
        result.set(key: "resultType", value: "complete")
        result.set(key: "_meta", value: [Envelope.serverInfo: serverInfo])
        return result
    }

    private mutating func listen(_ params: JSON, _ reply: Reply) throws(RPCError) {
        guard let wanted = params["notifications"], wanted.object != nil else { throw .invalidParams("notifications is missing") }
        guard listens.count < Self.listenLimit else { throw .invalidRequest("too many listens") }
        let listen = Listen(
            id: reply.id, toolsListChanged: wanted["toolsListChanged"]?.bool == true,
            watchesNumbers: wanted["resourceSubscriptions"]?.array?.contains(.string(Self.numbersURI)) == true)
        listens.append(listen)
        var honoured: JSON = [:]
        if listen.toolsListChanged { honoured.set(key: "toolsListChanged", value: true) }
        if listen.watchesNumbers { honoured.set(key: "resourceSubscriptions", value: [.string(Self.numbersURI)]) }
        tell(listen, "notifications/subscriptions/acknowledged", ["notifications": honoured])
    }

    private mutating func tell(_ listen: Listen, _ method: String, _ params: JSON = [:]) {
        var params = params
        params.set(key: "_meta", value: [Envelope.subscriptionID: listen.id])
        notify(method, params)
    }

    /// Tells who listens that the extra tools have changed.
    mutating func tellListens() {
        for listen in listens {
            if listen.toolsListChanged { tell(listen, "notifications/tools/list_changed") }
            if listen.watchesNumbers { tell(listen, "notifications/resources/updated", ["uri": .string(Self.numbersURI)]) }
        }
    }
}
