internal import NIOCore
internal import PetaAudit
internal import PetaCrypto
internal import PetaDownstream
internal import PetaIdentity
internal import PetaPolicy
internal import PetaTelemetry
internal import PetaWire
internal import Synchronization

/// Takes in a request that is meant for a server: finds whose it is, asks the seam, and lets it go or refuses it.
struct CallDesk {
    let context: LoopContext

    init(_ context: LoopContext) { self.context = context }

    /// Whose a request is, and how it is told there.
    private struct Resolved {
        var server: ServerListing
        /// Its name at the server.
        var name: String
        var replacement: ForwardedCall.Replacement
        var mayRepeat: Bool
        var headers: ParameterHeaders?
        var mayBeTask = false
        /// The connection on which a task lies.
        var isDedicated: Bool?
        /// What rights are asked; nil for tasks of which the tool is not known.
        var sought: Sought?
        /// What policy is asked; nil for tasks, whose call was judged when it began.
        var question: Question?
    }

    /// Decides a request and sets it going. It is answered, and recorded, whatever comes of it.
    func call(
        _ kind: ForwardedCall.Kind, _ request: EndpointRequest, _ scan: MessageScan, _ caller: Caller, _ principal: Principal,
        _ responder: any Responder
    ) {
        let shared = context.shared
        let body = request.body
        guard shared.audit.isWritable else {
            context.tally.count(.audit)
            var reply = Reply(status: 503, fields: "Retry-After: 5\r\n")
            reply.body = body.withUnsafeReadableBytes {
                RPC.error(id: scan.id.slice(of: $0), code: -32603, message: "The audit cannot be written, so nothing is run")
            }
            return responder.reply(reply)
        }
        var record = AuditRecord(time: Timestamp.now(), kind: .call)
        let trace = describe(&record, request, scan, caller, principal, responder)
        record.method = kind.method
        guard !shared.draining.load(ordering: .relaxed) else {
            context.tally.count(.stopping)
            var reply = Reply(status: 503, fields: "Retry-After: 5\r\n")
            reply.body = body.withUnsafeReadableBytes {
                RPC.error(id: scan.id.slice(of: $0), code: -32603, message: "The gateway is stopping")
            }
            return refuse("the gateway is stopping", reply, record, request, scan, responder)
        }
        let target =
            kind.isTask ? scan.taskID : kind == .resourceRead ? scan.uri : kind == .completion ? scan.params : scan.name
        guard body.withUnsafeReadableBytes({ !target.isEmpty && (kind == .completion || $0[target.lower] == 0x22) }), target.count <= 8192
        else {
            let member = kind.isTask ? "taskId" : kind == .resourceRead ? "uri" : kind == .completion ? "ref" : "name"
            var reply = Reply(status: caller.isModern ? 400 : 200)
            reply.body = body.withUnsafeReadableBytes {
                RPC.error(id: scan.id.slice(of: $0), code: -32602, message: "Invalid params: \(member) must be a string of at most 8 KiB")
            }
            return refuse("invalid params", reply, record, request, scan, responder)
        }
        let resolved: Resolved?
        switch kind {
        case .toolCall: resolved = named(context.snapshot.catalog.tools, request, scan)
        case .promptGet: resolved = named(context.snapshot.catalog.prompts, request, scan)
        case .resourceRead: resolved = located(request, scan)
        case .completion: resolved = referred(request, scan)
        case .taskGet, .taskResult, .taskUpdate, .taskCancel: resolved = begun(request, scan, caller, principal)
        }
        guard let resolved else {
            if kind != .completion { record.tool = clip(body.text(target)) }
            return deny("no such target", record, kind, request, scan, caller, responder)
        }
        record.server = resolved.server.handle.id
        record.tool = resolved.name
        if case .deny(let rule) = Seam.decide(principal, resolved.server, resolved.sought) {
            return deny(rule, record, kind, request, scan, caller, responder)
        }
        // Behind the rights, so that nobody learns what there is, and before anything looks at a value.
        if caller.isModern, !request.isOwn, let headers = resolved.headers, let name = mismatch(headers, request, scan) {
            var reply = Reply(status: 400)
            reply.body = body.withUnsafeReadableBytes {
                RPC.error(id: scan.id.slice(of: $0), code: -32020, message: "\(name) header does not match the body")
            }
            return refuse("\(name) differs from the arguments", reply, record, request, scan, responder)
        }
        let asksForTask = kind == .toolCall && !scan.task.isEmpty && caller.session != nil && hasTasks(caller, resolved.server)
        guard !asksForTask || resolved.mayBeTask else {
            var reply = Reply(status: 200)
            reply.body = body.withUnsafeReadableBytes {
                RPC.error(id: scan.id.slice(of: $0), code: -32601, message: "Method not found: this tool cannot be called as a task")
            }
            return refuse("the tool cannot be a task", reply, record, request, scan, responder)
        }
        record.decision = .allow
        // Behind the header fields: what differs from the body is refused before either value is judged.
        var need: PolicyVerdict?
        let danger = Seam.danger(principal, resolved.server, resolved.question?.subject)
        if let question = resolved.question, let verdict = Seam.judge(question, context, principal, caller, &record, body, scan, danger) {
            guard verdict.decision == .requireApproval, kind.mayNeedInput else {
                return refuse(
                    record.error ?? verdict.reason, Denial.reply(verdict, kind, body, scan, caller, shared), record, request, scan,
                    responder)
            }
            need = verdict
        }
        let order = ForwardedCall.Order(
            kind: kind, request: body, scan: scan, server: resolved.server, name: resolved.name, replacement: resolved.replacement,
            mayRepeat: resolved.mayRepeat, headers: resolved.headers, asksForTask: asksForTask, isDedicated: resolved.isDedicated,
            sought: resolved.sought, question: resolved.question, snapshot: context.snapshot, isNoticed: danger == .notify)
        let forwarded = ForwardedCall(
            context: context, caller: caller, responder: responder, principal: principal, order: order, record: record, trace: trace)
        if let need { forwarded.gate = Gate(need) }
        switch roundTrip(kind, request, scan, caller, principal) {
        case .none: forwarded.start()
        case .again(let ticket, let input):
            guard forwarded.takeClaim(of: ticket) else {
                return refuse(Self.changed, invalid(Self.changed, body, scan), record, request, scan, responder)
            }
            forwarded.input = input
            forwarded.retry = .init(ticket: ticket)
            forwarded.start()
        case .resume(let ticket, let parked, let input):
            guard forwarded.takeClaim(of: ticket) else {
                shared.parking.keep(parked)
                parked.expire(.cancelled)
                return refuse(Self.changed, invalid(Self.changed, body, scan), record, request, scan, responder)
            }
            forwarded.input = input
            forwarded.retry = .init(ticket: ticket, parked: parked)
            forwarded.start(resuming: parked)
        case .busy:
            var reply = Reply(status: 503, fields: "Retry-After: 60\r\n")
            reply.body = body.withUnsafeReadableBytes {
                RPC.error(id: scan.id.slice(of: $0), code: -32603, message: "Busy: this user has answered too much in the last minutes")
            }
            refuse("too many states of this user were used", reply, record, request, scan, responder)
        case .refuse(let why):
            refuse(why, invalid(why, body, scan), record, request, scan, responder)
        }
    }

    private static let changed = "Invalid params: what requestState belongs to has changed or has ended"

    /// Only clients of the modern era bring a state.
    private func invalid(_ why: String, _ body: ByteBuffer, _ scan: MessageScan) -> Reply {
        Reply(status: 400, body: body.withUnsafeReadableBytes { RPC.error(id: scan.id.slice(of: $0), code: -32602, message: why) })
    }

    /// The header field that does not say what the arguments say.
    private func mismatch(_ headers: ParameterHeaders, _ request: EndpointRequest, _ scan: MessageScan) -> String? {
        request.headBytes.withUnsafeReadableBytes { head in
            request.body.withUnsafeReadableBytes { body in
                headers.mismatch(arguments: scan.arguments.slice(of: body)) { request.head.parameter($0, head) }
            }
        }
    }

    /// What a client of the modern era brings back with its request.
    private enum RoundTrip {
        case none
        case again(RequestStates.Ticket, ForwardedCall.Input)
        case resume(RequestStates.Ticket, ParkedCall, ForwardedCall.Input)
        case busy
        case refuse(String)
    }

    private func roundTrip(
        _ kind: ForwardedCall.Kind, _ request: EndpointRequest, _ scan: MessageScan, _ caller: Caller, _ principal: Principal
    ) -> RoundTrip {
        // Answers without the state that came with the questions belong to nothing.
        guard caller.isModern, kind.mayNeedInput, !scan.requestState.isEmpty else { return .none }
        let body = request.body
        guard let text = (try? JSON.parse(body.bytes(scan.requestState)))?.string,
            let params = try? JSON.parse(body.bytes(scan.params), limits: .answer),
            params["inputResponses"] == nil || params["inputResponses"]?.object != nil
        else { return .refuse("Invalid params: requestState") }
        let binding = RequestStates.binding(user: principal.userID, method: kind.method, params: params)
        let responses = params["inputResponses"]?.bytes
        let now = NIODeadline.now().uptimeNanoseconds / 1_000_000_000
        switch context.shared.states.open(text, binding: binding, user: principal.userID, now: now) {
        case .invalid: return .refuse("Invalid params: requestState is not valid for this request")
        case .tooMany: return .busy
        case .opened(let ticket):
            switch ticket.content {
            case .server(let state): return .again(ticket, .init(responses: responses, state: state))
            case .again, .approval: return .again(ticket, .init())
            case .parked(let id):
                guard let parked = context.shared.parking.take(id, user: principal.userID) else {
                    return .refuse("Invalid params: requestState has expired")
                }
                return .resume(ticket, parked, .init(responses: responses, state: nil))
            }
        }
    }

    /// - Returns: the trace that it is part of.
    @discardableResult
    func describe(
        _ record: inout AuditRecord, _ request: EndpointRequest, _ scan: MessageScan, _ caller: Caller, _ principal: Principal,
        _ responder: any Responder
    ) -> CallTrace {
        record.requestID = context.nextRequestID()
        record.user = principal.userID
        record.role = principal.role.rawValue
        record.tokenID = principal.tokenID
        record.clientName = caller.clientName
        record.clientVersion = caller.clientVersion
        record.address = responder.address
        record.session = caller.session?.shownID
        record.bytesIn = Int64(request.body.readableBytes)
        if !scan.arguments.isEmpty {
            record.argumentsDigest = request.body.withUnsafeReadableBytes { SHA256.hash(scan.arguments.slice(of: $0)) }
            if context.settings.keepsArguments { record.arguments = KeptWords.arguments(request.body.bytes(scan.arguments)) }
        }
        let trace = context.trace(of: request, scan)
        record.trace = TraceNumber(high: trace.context.high, low: trace.context.low)
        return trace
    }

    func clip(_ text: String) -> String { text.clipped(to: 256) }

    // MARK: whose is it

    private func named(_ table: ByteTable<Target>, _ request: EndpointRequest, _ scan: MessageScan) -> Resolved? {
        let found: Target? = request.body.withUnsafeReadableBytes { bytes in
            if !scan.targetIsEscaped { return table[UnsafeRawBufferPointer(rebasing: bytes[scan.name.lower + 1..<scan.name.upper - 1])] }
            guard var plain = (try? JSON.parse(scan.name.slice(of: bytes)))?.string else { return nil }
            return plain.withUTF8 { table[UnsafeRawBufferPointer($0)] }
        }
        guard let found else { return nil }
        return Resolved(
            server: context.snapshot.catalog.listings[found.server], name: found.name, replacement: .piece(scan.name, found.quoted),
            mayRepeat: found.mayRepeat, headers: found.headers, mayBeTask: found.mayBeTask,
            sought: Sought(found), question: Question(subject: .named(found), hasArguments: true))
    }

    func server(of name: String) -> (ServerListing, String)? {
        guard let (id, rest) = Names.split(name), let index = context.snapshot.catalog.index(of: id) else { return nil }
        return (context.snapshot.catalog.listings[index], rest)
    }

    /// Whose task an id is that this user was given. A server that has no tasks any more has lost this one too.
    private func begun(_ request: EndpointRequest, _ scan: MessageScan, _ caller: Caller, _ principal: Principal) -> Resolved? {
        guard let text = (try? JSON.parse(request.body.bytes(scan.taskID)))?.string,
            let (task, tool) = context.shared.taskIDs.openWithTool(text, user: principal.userID),
            let index = context.snapshot.catalog.index(of: task.server)
        else { return nil }
        let server = context.snapshot.catalog.listings[index]
        guard hasTasks(caller, server) else { return nil }
        var quoted: [UInt8] = []
        JSON.appendQuoted(task.id, into: &quoted)
        let mayRepeat = scan.inputResponses.isEmpty
        return Resolved(
            server: server, name: clip(task.id), replacement: .piece(scan.taskID, quoted), mayRepeat: mayRepeat,
            isDedicated: task.isDedicated, sought: tool.map { Sought(kind: .tool, name: $0) })
    }

    /// True if this client and this server have tasks of the same kind.
    private func hasTasks(_ caller: Caller, _ server: ServerListing) -> Bool {
        switch caller {
        case .session(let session): session.revision == .november2025 && server.capabilities.hasTasks(modern: false)
        case .modern(let envelope): envelope.client.abilities.set.contains(.tasks) && server.capabilities.hasTasks(modern: true)
        case .administrator: false
        }
    }

    private func located(_ request: EndpointRequest, _ scan: MessageScan) -> Resolved? {
        guard let uri = (try? JSON.parse(request.body.bytes(scan.uri)))?.string, let (server, original) = server(of: uri) else {
            return nil
        }
        var quoted: [UInt8] = []
        JSON.appendQuoted(original, into: &quoted)
        return Resolved(
            server: server, name: clip(original), replacement: .piece(scan.uri, quoted), mayRepeat: true,
            sought: Sought(kind: .resource, name: original),
            question: Question(subject: .resource(server: server.handle.id, uri: original), hasArguments: false))
    }

    private func referred(_ request: EndpointRequest, _ scan: MessageScan) -> Resolved? {
        let params = request.body.bytes(scan.params)
        guard let reference = (try? JSON.parse(params))?["ref"] else { return nil }
        let server: ServerListing
        let original: String
        let field: RequestRewriter.Field
        let subject: Question.Subject
        if reference["type"]?.string == "ref/prompt", var name = reference["name"]?.string {
            guard let target = name.withUTF8({ context.snapshot.catalog.prompts[UnsafeRawBufferPointer($0)] }) else { return nil }
            server = context.snapshot.catalog.listings[target.server]
            original = target.name
            field = .refName
            subject = .named(target)
        } else if reference["type"]?.string == "ref/resource", let uri = reference["uri"]?.string, let (owner, rest) = self.server(of: uri)
        {
            (server, original, field) = (owner, rest, .refURI)
            subject = .resource(server: owner.handle.id, uri: rest)
        } else {
            return nil
        }
        guard let rewritten = params.withUnsafeBytes({ try? RequestRewriter.rewrite($0, field, to: original) }) else { return nil }
        return Resolved(
            server: server, name: clip(original), replacement: .params(rewritten), mayRepeat: true,
            sought: Sought(kind: field == .refName ? .prompt : .resource, name: original),
            question: Question(subject: subject, hasArguments: false))
    }

    // MARK: refusals

    /// A refusal before anything was decided; it is recorded all the same.
    func refuse(
        _ why: String, _ reply: Reply, _ record: AuditRecord, _ request: EndpointRequest, _ scan: MessageScan, _ responder: any Responder
    ) {
        var record = record
        record.outcome = .denied
        record.error = why
        record.bytesOut = Int64(reply.length)
        context.exportRefusal(record, request, scan)
        context.outbox.add(record, slot: -1, at: .now(), HeldReply(reply, request, scan, responder))
    }

    /// One answer, made here alone, for what is denied, hidden and missing.
    func deny(
        _ rule: String, _ record: AuditRecord, _ kind: ForwardedCall.Kind, _ request: EndpointRequest, _ scan: MessageScan,
        _ caller: Caller, _ responder: any Responder
    ) {
        var record = record
        record.decision = .deny
        record.rule = rule
        record.outcome = .denied
        let reply = Endpoint.unknown(kind, request.body, scan, isModern: caller.isModern)
        record.bytesOut = Int64(reply.length)
        context.exportRefusal(record, request, scan)
        context.outbox.add(record, slot: -1, at: .now(), HeldReply(reply, request, scan, responder))
    }
}

extension ForwardedCall.Kind {
    /// The method that it is.
    var method: String {
        switch self {
        case .toolCall: "tools/call"
        case .promptGet: "prompts/get"
        case .resourceRead: "resources/read"
        case .completion: "completion/complete"
        case .taskGet: "tasks/get"
        case .taskResult: "tasks/result"
        case .taskUpdate: "tasks/update"
        case .taskCancel: "tasks/cancel"
        }
    }
}

/// A refusal that waits for its record.
final class HeldReply: AuditWaiter {
    private let reply: Reply
    private let request: EndpointRequest
    private let scan: MessageScan
    private let responder: any Responder

    init(_ reply: Reply, _ request: EndpointRequest, _ scan: MessageScan, _ responder: any Responder) {
        self.reply = reply
        self.request = request
        self.scan = scan
        self.responder = responder
    }

    func auditSettled(_ failure: AuditFailure?) {
        guard failure != nil else { return responder.reply(reply) }
        var withheld = Reply(status: 503)
        withheld.body = request.body.withUnsafeReadableBytes {
            RPC.error(id: scan.id.slice(of: $0), code: -32603, message: "The audit cannot be written; the answer is withheld")
        }
        responder.reply(withheld)
    }
}
