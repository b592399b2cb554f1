internal import NIOCore
internal import PetaDownstream
internal import PetaWire

/// Tasks (MCP reference, section 9): passed through within one era. Whatever names a task towards a client is wrapped, and opened again on
/// the way back; a server never sees an id of the gateway's, nor a client one of a server's.
extension ForwardedCall {
    /// What of a result may name a task.
    private enum Place {
        /// `task.taskId`: a call became a task of 2025-11-25.
        case created
        /// `taskId` of the result itself.
        case flat
    }

    /// The longest life of a task that keeps its server awake, where nobody asks for it.
    private static let awake = TimeAmount.hours(1)

    /// The client wants the call to be a task, and it goes to a server that has them.
    func wantsTask(_ era: Era) -> Bool { order.asksForTask && era == .legacy("2025-11-25") }

    /// The client of the modern era knows tasks, and so does the server: it may answer with one.
    func offersTask(_ era: Era) -> Bool {
        (kind == .toolCall || kind.isTask) && era.isModern && caller.abilities.set.contains(.tasks)
            && server.capabilities.hasTasks(modern: true)
    }

    /// The result with the client's ids in place of the server's. Nil where it names a task that cannot be named to the client, or asks what
    /// the client did not say that it can be asked.
    func taskResult(_ message: ByteBuffer, _ scan: MessageScan) -> (ByteBuffer, MessageScan)? {
        guard let era = way?.era(context.index) else { return (message, scan) }
        var place: Place?
        if kind.isTask, kind != .taskResult { place = .flat }
        if kind == .toolCall, era.isModern, message.textIs(scan.resultType, "\"task\"") { place = .flat }
        if kind == .toolCall, wantsTask(era) { place = .created }
        guard let place else { return relatedInResult(message, scan) }
        guard var result = try? JSON.parse(message.bytes(scan.result), limits: .answer) else { return nil }
        switch place {
        case .created:
            // A server may also answer at once.
            guard var task = result["task"], let own = task["taskId"] else { return relatedInResult(message, scan) }
            guard let wrapped = begun(own.string, task["ttl"]) else { return nil }
            task.set(key: "taskId", value: .string(wrapped))
            result.set(key: "task", value: task)
        case .flat:
            if let own = result["taskId"] {
                guard let wrapped = kind == .toolCall ? begun(own.string, result["ttlMs"]) : own.string.flatMap(known) else { return nil }
                result.set(key: "taskId", value: .string(wrapped))
            } else if kind == .toolCall {
                return nil
            }
            guard era.isModern, kind == .taskGet else { break }
            guard inner(&result) else { return nil }
        }
        if var meta = result["_meta"], relate(&meta) { result.set(key: "_meta", value: meta) }
        return replaced(message, scan.result, result.bytes)
    }

    /// What a task of the modern era holds: the result of its tool, with the URIs that a client may be shown, and what the server asks.
    private func inner(_ task: inout JSON) -> Bool {
        if let result = task["result"] {
            do {
                if let new = try result.bytes.withUnsafeBytes({ try server.rewriter.rewrite($0, kind: .toolCall) }) {
                    task.set(key: "result", value: try JSON.parse(new, limits: .answer))
                }
            } catch {
                return false
            }
        }
        guard let asked = task["inputRequests"] else { return true }
        guard let members = asked.object, members.count <= Ask.openLimit else { return false }
        var shown: [(String, JSON)] = []
        for member in members {
            guard member.key.utf8.count <= 256, let ask = askedByTask(member) else { return false }
            shown.append((member.key, ask.input))
        }
        task.set(key: "inputRequests", value: .members(shown))
        return true
    }

    /// The result of something else, with the task that it belongs to in its `_meta`.
    private func relatedInResult(_ message: ByteBuffer, _ scan: MessageScan) -> (ByteBuffer, MessageScan)? {
        guard server.capabilities.tasks, !scan.resultMeta.isEmpty, var meta = try? JSON.parse(message.bytes(scan.resultMeta)), relate(&meta)
        else { return (message, scan) }
        return replaced(message, scan.resultMeta, meta.bytes)
    }

    /// A notification with the task that it belongs to in its `_meta`.
    func relatedInParams(_ message: ByteBuffer, _ scan: MessageScan) -> (ByteBuffer, MessageScan)? {
        guard server.capabilities.tasks, !scan.meta.isEmpty, var meta = try? JSON.parse(message.bytes(scan.meta)), relate(&meta) else {
            return (message, scan)
        }
        return replaced(message, scan.meta, meta.bytes)
    }

    /// A server's question with the task that it belongs to.
    func related(_ params: JSON?) -> JSON? {
        guard server.capabilities.tasks, var params, var meta = params["_meta"], relate(&meta) else { return params }
        params.set(key: "_meta", value: meta)
        return params
    }

    /// What a client answered, with the server's own id of the task that it says it belongs to.
    func unrelated(_ message: ByteBuffer, _ scan: MessageScan) -> [UInt8] {
        guard server.capabilities.tasks, !scan.resultMeta.isEmpty, var meta = try? JSON.parse(message.bytes(scan.resultMeta)),
            let task = meta[PetaWire.Envelope.relatedTask]
        else { return message.bytes(scan.result) }
        if let id = task["taskId"]?.string, let own = context.shared.taskIDs.open(id, user: userID), own.server == server.handle.id {
            meta.set(key: PetaWire.Envelope.relatedTask, value: ["taskId": .string(own.id)])
        } else {
            meta.remove(PetaWire.Envelope.relatedTask)
        }
        let range = scan.resultMeta
        return message.withUnsafeReadableBytes { bytes in
            Array(bytes[scan.result.lower..<range.lower]) + meta.bytes + Array(bytes[range.upper..<scan.result.upper])
        }
    }

    /// Wraps the related task; false where there is none.
    private func relate(_ meta: inout JSON) -> Bool {
        guard let task = meta[PetaWire.Envelope.relatedTask] else { return false }
        guard let wrapped = task["taskId"]?.string.flatMap(known) else { return meta.remove(PetaWire.Envelope.relatedTask) }
        meta.set(key: PetaWire.Envelope.relatedTask, value: ["taskId": .string(wrapped)])
        return true
    }

    /// The client's name of a task of this server.
    private func known(_ id: String) -> String? {
        context.shared.taskIDs.wrap(
            TaskReference(server: server.handle.id, id: id, isDedicated: isDedicated),
            tool: order.sought?.kind == .tool ? order.sought?.name : nil, user: userID)
    }

    /// A task has begun: its server stays awake for it as long as it lives.
    private func begun(_ id: String?, _ ttl: JSON?) -> String? {
        guard let id, let wrapped = known(id) else { return nil }
        caller.session?.began(TaskReference(server: server.handle.id, id: id, isDedicated: isDedicated), as: wrapped)
        let life = ttl?.int.map { TimeAmount.milliseconds(Int64(max(0, min($0, 86_400_000)))) } ?? Self.awake
        way?.keepAwake(until: .now() + min(life, Self.awake))
        return wrapped
    }

    private func replaced(_ message: ByteBuffer, _ range: ByteRange, _ bytes: [UInt8]) -> (ByteBuffer, MessageScan)? {
        let message = message.replacing(range, with: bytes)
        return (try? message.scanMessage()).map { (message, $0) }
    }

    /// An error with the client's id of the task wherever the server named it: most name it in the text.
    func taskError(_ error: JSON) -> JSON {
        guard kind.isTask, let text = error["message"]?.string, let shown = try? JSON.parse(request.bytes(scan.taskID)),
            let id = shown.string
        else { return error }
        var error = error
        error.set(key: "message", value: .string(text.replacing(wireName, with: id)))
        return error
    }
}

extension ForwardedCall.Kind {
    /// True for what is asked of a task.
    var isTask: Bool {
        switch self {
        case .taskGet, .taskResult, .taskUpdate, .taskCancel: true
        case .toolCall, .promptGet, .resourceRead, .completion: false
        }
    }

    /// True if a server may answer that it needs the client's input first (MCP reference, section 5.5).
    var mayNeedInput: Bool {
        switch self {
        case .toolCall, .promptGet, .resourceRead: true
        case .completion, .taskGet, .taskResult, .taskUpdate, .taskCancel: false
        }
    }
}
