internal import NIOCore
internal import PetaApprovals
internal import PetaAudit
internal import PetaDownstream
internal import PetaIdentity
internal import PetaStore
internal import PetaWire

/// A call that waits for a person, as a task of the modern era (MCP reference, section 9): its client looks now and then, and no
/// connection is held. Once it is approved the next look sets the call going, in exactly the form that was approved.
final class ApprovalTask: @unchecked Sendable {  // Touched on the context's loop only.
    private let id: String
    private let kind: ForwardedCall.Kind
    private let request: EndpointRequest
    private let scan: MessageScan
    private let caller: Caller
    private let principal: Principal
    private let responder: any Responder
    private let context: LoopContext
    private let began = NIODeadline.now()
    private var record: AuditRecord
    private var reply = Reply(status: 200)

    /// How soon a client should look again, in milliseconds.
    private static let pollInterval = 2000

    init(
        _ id: String, _ kind: ForwardedCall.Kind, _ request: EndpointRequest, _ scan: MessageScan, _ caller: Caller, _ principal: Principal,
        _ responder: any Responder, _ context: LoopContext
    ) {
        self.id = id
        self.kind = kind
        self.request = request
        self.scan = scan
        self.caller = caller
        self.principal = principal
        self.responder = responder
        self.context = context
        record = AuditRecord(time: Timestamp.now(), kind: .call)
        CallDesk(context).describe(&record, request, scan, caller, principal, responder)
        record.method = kind.method
        record.approvalID = id
        record.decision = .allow
    }

    // MARK: names

    /// What a client knows an approval by: bound to the user, so that nobody learns of another's.
    static func name(_ id: String, _ user: String, _ context: LoopContext) -> String? {
        context.shared.taskIDs.wrap(TaskReference(server: "", id: id), user: user)
    }

    /// The approval that a request about a task means; nil where it is a task of a server.
    static func id(_ request: EndpointRequest, _ scan: MessageScan, _ principal: Principal, _ context: LoopContext) -> String? {
        guard !scan.taskID.isEmpty, let text = (try? JSON.parse(request.body.bytes(scan.taskID)))?.string,
            let task = context.shared.taskIDs.open(text, user: principal.userID), task.server.isEmpty
        else { return nil }
        return task.id
    }

    /// The result of a call that has become a task.
    static func created(_ approval: Approval, _ call: ForwardedCall) -> JSON? {
        guard let name = name(approval.id, call.userID, call.context) else { return nil }
        var result: JSON = ["resultType": "task"]
        for member in flat(approval, name, call.context).object ?? [] { result.set(key: member.key, value: member.value) }
        result.set(key: "_meta", value: ["io.modelcontextprotocol/serverInfo": call.context.shared.serverInfo])
        return result
    }

    private static func flat(_ approval: Approval, _ name: String, _ context: LoopContext) -> JSON {
        let (status, message): (String, String)
        switch approval.status {
        case .pending: (status, message) = ("working", "Waiting for a person's approval (\(approval.id))")
        case .approved, .executing: (status, message) = ("working", "Approved (\(approval.id)), and running")
        case .executed: (status, message) = ("completed", "Approved and run (\(approval.id))")
        case .rejected: (status, message) = ("completed", "Rejected (\(approval.id))")
        case .failed: (status, message) = ("completed", "Approved, and failed (\(approval.id))")
        case .expired: (status, message) = ("failed", "Nobody decided in time (\(approval.id))")
        }
        let bounds = context.shared.approvals.approvals.bounds
        return [
            "taskId": .string(name), "status": .string(status), "statusMessage": .string(message),
            "createdAt": .string(Timestamp.text(approval.createdAt * 1000)),
            "lastUpdatedAt": .string(Timestamp.text(approval.changedAt * 1000)),
            "ttlMs": .int(Int(approval.expiresAt - approval.createdAt + bounds.retention)), "pollIntervalMs": .int(pollInterval),
        ]
    }

    // MARK: serving

    func start() {
        let (id, user) = (id, principal.userID)
        let desk = context.shared.approvals
        if kind == .taskCancel {
            return desk.ask(on: context.loop, { try await $0.withdraw(id, of: user) }, { self.acknowledged($0) })
        }
        desk.ask(on: context.loop, { try await $0.outcome(id, of: user) }, { self.found($0) })
    }

    private func acknowledged(_ result: Result<Void, any Error>) {
        if case .failure(let error) = result { return refuse(error) }
        answer(["resultType": "complete"])
    }

    private func found(_ result: Result<(approval: Approval, result: [UInt8]?), any Error>) {
        let approval: Approval
        let kept: [UInt8]?
        switch result {
        case .failure(let error): return refuse(error)
        case .success(let found): (approval, kept) = found
        }
        record.server = approval.call.server
        record.tool = approval.call.tool
        // Nothing is asked of its client.
        guard kind == .taskGet, let name = Self.name(id, principal.userID, context) else { return answer(["resultType": "complete"]) }
        if approval.status == .approved { ApprovedRun.start(approval, caller, principal, record.address ?? "", context) }
        var task = Self.flat(approval, name, context)
        task.set(key: "resultType", value: "complete")
        switch approval.status {
        case .executed:
            if let kept = kept.flatMap({ KeptResult($0) }) {
                let bytes = kept.bytes(isModern: true, serverInfo: context.shared.serverInfo)
                if kept.isError { task.set(key: "status", value: "failed") }
                task.set(key: kept.isError ? "error" : "result", value: (try? JSON.parse(bytes, limits: .answer)) ?? .null)
            } else {
                task.set(key: "result", value: Self.failure("The call has run; its result was too large to be kept"))
            }
        case .rejected:
            let why = approval.decision?.reason.map { ": \($0)" } ?? ""
            task.set(key: "result", value: Self.failure("Rejected by a reviewer" + why))
        case .failed:
            task.set(
                key: "result",
                value: Self.failure("The call failed (\(approval.failure ?? "unknown")). It may have run, so it is not run again"))
        case .expired: task.set(key: "error", value: ["code": -32603, "message": "Nobody decided about the call in time"])
        case .pending, .approved, .executing: break
        }
        answer(task)
    }

    private static func failure(_ text: String) -> JSON {
        ["content": [["type": "text", "text": .string(text)]], "isError": true]
    }

    private func answer(_ result: JSON) {
        var result = result
        result.set(key: "_meta", value: ["io.modelcontextprotocol/serverInfo": context.shared.serverInfo])
        reply.body = request.body.withUnsafeReadableBytes { RPC.answer(id: scan.id.slice(of: $0), "result", result.bytes) }
        settle(.ok)
    }

    /// Gone, forgotten and another's look alike.
    private func refuse(_ error: any Error) {
        if let known = error as? ApprovalError, known.code == "not_found" {
            record.error = known.message
            reply = Endpoint.unknown(kind, request.body, scan, isModern: true)
        } else {
            record.error = "the approvals cannot be read or written"
            reply.body = request.body.withUnsafeReadableBytes {
                RPC.error(id: scan.id.slice(of: $0), code: -32603, message: "The approvals cannot be read or written")
            }
        }
        settle(.error)
    }

    private func settle(_ outcome: AuditOutcome) {
        record.outcome = outcome
        record.duration = (.now() - began).nanoseconds / 1000
        record.bytesOut = Int64(reply.length)
        context.outbox.add(record, slot: -1, at: .now(), HeldReply(reply, request, scan, responder))
    }
}
