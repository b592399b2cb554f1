import PetaWire

/// The server without its input and output: messages and the time go in, bytes come out. One session is one life of
/// the process, since stdio has no other.
///
/// Nothing in it waits. A call that takes time is put down with the moment at which it goes on, so that messages
/// that come meanwhile (a cancellation, other calls) are served.
package struct DemoSession {
    /// Where an answer goes: to the id of its request, and into the batch that the request came in.
    struct Reply {
        var id: JSON
        var batch: Int?
    }

    /// A call that goes on later.
    struct Pending {
        enum Work {
            case sleep(milliseconds: Int)
            case progress(token: JSON?, step: Int, steps: Int, nanoseconds: UInt64)
        }

        var reply: Reply
        var due: UInt64
        var work: Work
    }

    /// Answers of a batch, until all are there (JSON-RPC 2.0, section 6).
    private struct Batch {
        var missing: Int
        var answers: [JSON] = []
    }

    private enum Phase {
        case fresh
        case open(Revision)
        case modern
    }

    let options: DemoOptions
    let environment: (String) -> String?
    var logLevel = LogLevel.info
    var subscriptions: Set<String> = []
    var extras = 0
    var pending: [Pending] = []
    var listens: [Listen] = []
    /// Set when the process has to end with this status; nothing is received any more.
    package internal(set) var exitStatus: Int32?

    private var phase = Phase.fresh
    private var batches: [Int: Batch] = [:]
    private var batchCount = 0
    private var output: [UInt8] = []
    private var diagnostics: [UInt8] = []

    /// A fresh session; `environment` gives the value of an environment variable.
    package init(options: DemoOptions, environment: @escaping (String) -> String?) {
        self.options = options
        self.environment = environment
    }

    /// True in the era without a handshake.
    var isModern: Bool { if case .modern = phase { true } else { false } }

    /// The negotiated revision; the newest with a handshake before it and in the modern era.
    var revision: Revision { if case .open(let revision) = phase { revision } else { .newest } }

    /// When `advance` has something to do, in the nanoseconds that `receive` is given.
    package var nextDeadline: UInt64? { pending.lazy.map(\.due).min() }

    /// What is to be written to standard output and standard error, once.
    package mutating func takeOutput() -> (output: [UInt8], diagnostics: [UInt8]) {
        defer { (output, diagnostics) = ([], []) }
        return (output, diagnostics)
    }

    /// Takes one line of input.
    package mutating func receive(_ line: UnsafeRawBufferPointer, at now: UInt64) {
        guard exitStatus == nil, !line.isEmpty else { return }
        guard let message = try? JSON.parse(line) else {
            send(["jsonrpc": "2.0", "id": .null, "error": RPCError.parseError.json])
            return
        }
        guard case .array(let messages) = message else {
            accept(message, batch: nil, at: now)
            return
        }
        guard case .open(.march2025) = phase, !messages.isEmpty else {
            fail(Reply(id: .null), .invalidRequest("a batch is not expected here"))
            return
        }
        batchCount += 1
        batches[batchCount] = Batch(missing: messages.count { $0["id"] != nil && $0["method"] != nil || !Self.isMessage($0) })
        let batch = batchCount
        for item in messages { accept(item, batch: batch, at: now) }
        if batches[batch]?.missing == 0 { batches[batch] = nil }
    }

    /// Says that a message was over the limit; its id is not known.
    package mutating func refuseLongMessage() {
        fail(Reply(id: .null), .invalidRequest("the message is too long"))
    }

    /// A JSON-RPC request, notification or response, at first sight.
    private static func isMessage(_ json: JSON) -> Bool {
        json.object != nil && (json["method"]?.string != nil || json["result"] != nil || json["error"] != nil)
    }

    private mutating func accept(_ message: JSON, batch: Int?, at now: UInt64) {
        guard Self.isMessage(message) else {
            fail(Reply(id: .null, batch: batch), .invalidRequest("not a JSON-RPC message"))
            return
        }
        // The server asks nothing of its client, so responses answer nothing.
        guard let method = message["method"]?.string else { return }
        let params = message["params"] ?? .object([])
        guard let id = message["id"] else {
            notice(method, params)
            return
        }
        let reply = Reply(id: id, batch: batch)
        do throws(RPCError) {
            switch id {
            case .string, .number: break
            default: throw RPCError.invalidRequest("an id is a string or a number")
            }
            if let result = try perform(method, params, reply, at: now) { succeed(reply, result) }
        } catch {
            fail(reply, error)
        }
    }

    private mutating func notice(_ method: String, _ params: JSON) {
        guard method == "notifications/cancelled", let id = params["requestId"] else { return }
        listens.removeAll { $0.id == id }
        // Cancelled calls are not answered; one that is unknown or finished is ignored.
        guard let index = pending.firstIndex(where: { $0.reply.id == id }) else { return }
        let reply = pending.remove(at: index).reply
        if let batch = reply.batch { settle(batch, nil) }
    }

    /// The result of a request, or nil when it is answered later. The first one decides the era.
    private mutating func perform(_ method: String, _ params: JSON, _ reply: Reply, at now: UInt64) throws(RPCError) -> JSON? {
        if options.modern, case .fresh = phase, method == "server/discover" || params["_meta"]?[Envelope.protocolVersion] != nil {
            phase = .modern
        }
        return isModern ? try performModern(method, params, reply, at: now) : try performEither(method, params, reply, at: now)
    }

    /// The same, after what only the modern era has.
    mutating func performEither(_ method: String, _ params: JSON, _ reply: Reply, at now: UInt64) throws(RPCError) -> JSON? {
        switch method {
        case "ping": return .object([])
        case "initialize": return try initialize(params)
        case "tools/list": return try list("tools", tools, params)
        case "tools/call": return try call(params, reply, at: now)
        case "resources/list": return try list("resources", resources, params)
        case "resources/templates/list": return try list("resourceTemplates", resourceTemplates, params)
        case "resources/read": return try readResource(params)
        case "resources/subscribe": return try subscribe(params)
        case "resources/unsubscribe": return try unsubscribe(params)
        case "prompts/list": return try list("prompts", prompts, params)
        case "prompts/get": return try getPrompt(params)
        case "completion/complete": return try complete(params)
        case "logging/setLevel": return try setLevel(params)
        default: throw .methodNotFound(method)
        }
    }

    /// Throws before the handshake.
    func requireOpen() throws(RPCError) {
        if case .fresh = phase { throw .invalidRequest("initialize comes first") }
    }

    private mutating func initialize(_ params: JSON) throws(RPCError) -> JSON {
        guard case .fresh = phase else { throw .invalidRequest("already initialized") }
        guard let asked = params["protocolVersion"]?.string else { throw .invalidParams("protocolVersion is missing") }
        let revision = Revision(rawValue: asked) ?? .newest
        phase = .open(revision)
        return [
            "protocolVersion": .string(revision.rawValue),
            "capabilities": [
                "tools": ["listChanged": true],
                "resources": ["subscribe": true, "listChanged": false],
                "prompts": ["listChanged": false],
                "logging": .object([]),
                "completions": .object([]),
            ],
            "serverInfo": Self.serverInfo,
            "instructions": .string(Self.instructions),
        ]
    }

    static let serverInfo: JSON = ["name": "peta-demo", "title": "Peta demonstration server", "version": "1.0.0"]
    static let instructions = "Tools to try a gateway with. Nothing here reaches outside of the server's process."

    private mutating func setLevel(_ params: JSON) throws(RPCError) -> JSON {
        try requireOpen()
        guard let level = params["level"]?.string.flatMap(LogLevel.init(rawValue:)) else {
            throw .invalidParams("level is one of " + LogLevel.allCases.map(\.rawValue).joined(separator: ", "))
        }
        logLevel = level
        return .object([])
    }

    /// Answers a request with a result.
    mutating func succeed(_ reply: Reply, _ result: JSON) {
        let result = isModern ? Self.complete(result) : result
        answer(reply, ["jsonrpc": "2.0", "id": reply.id, "result": result])
    }

    /// Answers a request with an error.
    mutating func fail(_ reply: Reply, _ error: RPCError) {
        answer(reply, ["jsonrpc": "2.0", "id": reply.id, "error": error.json])
    }

    private mutating func answer(_ reply: Reply, _ message: JSON) {
        if let batch = reply.batch { settle(batch, message) } else { send(message) }
    }

    /// Counts one request of a batch as done, with its answer unless it was cancelled.
    private mutating func settle(_ number: Int, _ message: JSON?) {
        guard var batch = batches.removeValue(forKey: number) else { return }
        batch.missing -= 1
        if let message { batch.answers.append(message) }
        if batch.missing > 0 {
            batches[number] = batch
        } else if !batch.answers.isEmpty {
            send(.array(batch.answers))
        }
    }

    /// Sends a notification.
    mutating func notify(_ method: String, _ params: JSON? = nil) {
        var message: JSON = ["jsonrpc": "2.0", "method": .string(method)]
        if let params { message.set(key: "params", value: params) }
        send(message)
    }

    private mutating func send(_ message: JSON) {
        message.write(into: &output)
        output.append(0x0A)
    }

    /// Puts a line on standard output that is no message.
    mutating func printRaw(_ text: String) {
        output.append(contentsOf: text.utf8)
        output.append(0x0A)
    }

    /// Puts a line on standard error.
    mutating func printDiagnostic(_ text: String) {
        diagnostics.append(contentsOf: text.utf8)
        diagnostics.append(0x0A)
    }
}
