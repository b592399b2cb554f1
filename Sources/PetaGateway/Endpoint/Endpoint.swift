internal import NIOCore
internal import PetaAudit
internal import PetaCrypto
internal import PetaDownstream
internal import PetaIdentity
internal import PetaTelemetry
internal import PetaWire
internal import Synchronization

/// The MCP endpoint of one event loop: takes admitted requests, tells the eras apart, and sees that each is answered once.
///
/// The legacy era is in `+Legacy`, the modern one in `+Modern`, batches in `+Batch`.
final class Endpoint {
    let context: LoopContext
    var shared: GatewayShared { context.shared }

    init(_ context: LoopContext) { self.context = context }

    /// Answers a request whose body is complete.
    func handle(_ request: EndpointRequest, _ principal: Principal, _ responder: any Responder, stream: () -> any EventSink) {
        switch request.head.method {
        case .post: post(request, principal, responder, stream)
        case .get: get(request, principal, responder, stream)
        case .delete: delete(request, principal, responder)
        }
    }

    // MARK: POST

    private func post(
        _ request: EndpointRequest, _ principal: Principal, _ responder: any Responder, _ stream: () -> any EventSink
    ) {
        guard request.with(request.head.contentType, MediaTypes.isJSON) else {
            context.tally.count(.mediaType)
            return responder.reply(Admission.plain(415, "Content-Type must be application/json"))
        }
        guard request.with(request.head.accept, MediaTypes.acceptsBoth) else {
            context.tally.count(.mediaType)
            return responder.reply(Admission.plain(406, "Accept must list application/json and text/event-stream"))
        }
        let scan: MessageScan
        do throws(ScanFailure) {
            scan = try request.body.scanClientMessage(depthLimit: context.settings.jsonDepth)
        } catch {
            if case .batch = error { return batch(request, principal, responder) }
            context.tally.count(.malformed)
            return responder.reply(Admission.plain(400, error.message, code: error.code))
        }
        let version = request.head.protocolVersion
        let isLegacyVersion = version.isEmpty || request.with(version, { ProtocolRevision($0) != nil })
        // The order of the MCP reference, section 3.1: what has any mark of the modern era is held to it, and never falls back.
        guard isLegacyVersion, scan.envelopeVersion.isEmpty else {
            return modern(request, scan, principal, responder, stream)
        }
        if scan.kind == .request, request.body.withUnsafeReadableBytes({ scan.method.equals("initialize", in: $0) }) {
            context.tally.count(.legacy)
            return initialize(request, scan, principal, responder)
        }
        legacy(request, scan, principal, responder)
    }

    // MARK: initialize

    private func initialize(_ request: EndpointRequest, _ scan: MessageScan, _ principal: Principal, _ responder: any Responder) {
        guard !isOverRate(request, scan, nil, principal, responder) else { return }
        guard request.head.session.isEmpty else {
            return refuse(request, scan, -32600, "This session is initialized already", responder, status: 400)
        }
        guard !scan.params.isEmpty, let params = try? JSON.parse(request.body.bytes(scan.params)),
            let asked = params["protocolVersion"]?.string,
            params["capabilities"]?.object != nil
        else {
            return refuse(request, scan, -32602, "Invalid params: protocolVersion and capabilities are required", responder)
        }
        let revision = ProtocolRevision(rawValue: asked) ?? .newest
        let qualified = usesQualifiedNames(request)
        let made = shared.sessions.make { id in
            Session(
                id: id, principal: principal, revision: revision,
                clientName: params["clientInfo"]?["name"]?.string.map { $0.clipped(to: 64) },
                clientVersion: params["clientInfo"]?["version"]?.string.map { $0.clipped(to: 32) },
                clientCapabilities: Self.bounded(params["capabilities"]), qualifiedNames: qualified,
                streams: SessionStreams(shared.streams, primes: revision == .november2025), now: .now())
        }
        guard let session = made else {
            context.tally.count(.sessions)
            var reply = Reply(status: 503, fields: "Retry-After: 5\r\n")
            reply.body = request.body.withUnsafeReadableBytes {
                RPC.error(id: scan.id.slice(of: $0), code: -32603, message: "Too many sessions")
            }
            return responder.reply(reply)
        }
        shared.identity.touch(principal)
        var info: JSON = ["name": "peta", "version": .string(shared.settings.version)]
        if revision != .march2025 { info.set(key: "title", value: "Peta") }
        var capabilities = Self.capabilities
        if revision == .november2025, let tasks = context.snapshot.tasks(for: principal) {
            capabilities.set(key: "tasks", value: tasks)
        }
        let result: JSON = [
            "protocolVersion": .string(revision.rawValue), "capabilities": capabilities, "serverInfo": info,
        ]
        answer(request, scan, result.bytes, responder, fields: "Mcp-Session-Id: \(session.id)\r\n")
    }

    /// What every client is told that it can ask for.
    static let capabilities: JSON = [
        "tools": ["listChanged": true], "prompts": ["listChanged": true], "resources": ["subscribe": true, "listChanged": true],
        "logging": [:], "completions": [:],
    ]

    /// What a client declares, if it is of a sensible size.
    private static func bounded(_ capabilities: JSON?) -> JSON? { capabilities.flatMap { $0.bytes.count <= 8192 ? $0 : nil } }

    func usesQualifiedNames(_ request: EndpointRequest) -> Bool {
        guard !request.head.query.isEmpty else { return shared.settings.nameStyle == .qualified }
        for pair in (request.text(request.head.query) ?? "").split(separator: "&") {
            if pair == "names=qualified" { return true }
            if pair == "names=safe" { return false }
        }
        return shared.settings.nameStyle == .qualified
    }

    // MARK: lists

    /// A page of a list, as this caller's client sees it.
    func list(
        _ kind: ListKind, _ request: EndpointRequest, _ scan: MessageScan, _ caller: Caller, _ principal: Principal,
        _ responder: any Responder
    ) {
        let snapshot = context.snapshot
        let isQualified =
            switch caller {
            case .session(let session): session.qualifiedNames
            case .modern(let envelope): envelope.qualifiedNames
            case .administrator: true
            }
        let view = snapshot.catalog.view(kind, qualified: isQualified, form: caller.listForm, for: principal)
        let status = caller.isModern ? 400 : 200
        var cursor: String?
        if !scan.params.isEmpty {
            guard let params = try? JSON.parse(request.body.bytes(scan.params)) else {
                return refuse(request, scan, -32602, "Invalid params", responder, status: status)
            }
            if let given = params["cursor"] {
                guard let text = given.string else { return refuse(request, scan, -32602, "Invalid cursor", responder, status: status) }
                cursor = text
            }
        }
        guard let page = Cursor.page(of: view, at: cursor) else {
            return refuse(request, scan, -32602, "Invalid cursor", responder, status: status)
        }
        var reply = Reply(status: 200)
        reply.body = request.body.withUnsafeReadableBytes { bytes in
            var out = context.loop.allocateBuffer(512)
            out.writeStaticString("{\"jsonrpc\":\"2.0\",\"id\":")
            out.writeBytes(scan.id.slice(of: bytes))
            out.writeStaticString(",\"result\":{")
            if caller.isModern {
                // The caller's rights shape it; how long it holds is not known, since they can change at any moment.
                out.writeStaticString("\"resultType\":\"complete\",\"ttlMs\":0,\"cacheScope\":\"private\",")
                out.writeBytes(shared.serverInfoMember)
            }
            out.writeStaticString("\"")
            out.writeStaticString(kind.member)
            out.writeStaticString("\":[")
            return out
        }
        reply.middle = page.bytes
        reply.tail = ByteBuffer(string: page.next.map { "],\"nextCursor\":\"\($0)\"}}" } ?? "]}}")
        responder.reply(reply)
    }

    // MARK: answers of the gateway's own

    func answer(_ request: EndpointRequest, _ scan: MessageScan, _ result: [UInt8], _ responder: any Responder, fields: String = "") {
        var reply = Reply(status: 200, fields: fields)
        reply.body = request.body.withUnsafeReadableBytes { RPC.answer(id: scan.id.slice(of: $0), "result", result) }
        responder.reply(reply)
    }

    func refuse(
        _ request: EndpointRequest, _ scan: MessageScan, _ code: Int, _ message: String, _ responder: any Responder, status: Int = 200,
        data: [UInt8]? = nil
    ) {
        var reply = Reply(status: status)
        reply.body = request.body.withUnsafeReadableBytes {
            RPC.error(id: scan.id.slice(of: $0), code: code, message: message, data: data)
        }
        responder.reply(reply)
    }

    /// The one answer to what is denied, hidden and missing, in either era.
    static func unknown(_ kind: ForwardedCall.Kind, _ request: ByteBuffer, _ scan: MessageScan, isModern: Bool) -> Reply {
        var reply = Reply(status: isModern ? 400 : 200)
        reply.body = request.withUnsafeReadableBytes {
            RPC.unknown(kind, id: scan.id.slice(of: $0), target: scan.uri.slice(of: $0), isModern: isModern)
        }
        return reply
    }

    // MARK: GET and DELETE

    private func get(_ request: EndpointRequest, _ principal: Principal, _ responder: any Responder, _ stream: () -> any EventSink) {
        guard request.with(request.head.accept, MediaTypes.acceptsEvents) else {
            return responder.reply(Admission.plain(406, "Accept must list text/event-stream"))
        }
        let version = request.head.protocolVersion
        guard version.isEmpty || request.with(version, { ProtocolRevision($0) != nil }) else {
            var reply = Admission.plain(405, "This revision has no GET stream")
            reply.fields = "Allow: POST\r\n"
            return responder.reply(reply)
        }
        guard let session = session(of: request, principal, responder, nil) else { return }
        guard !isOverRate(request, nil, session, principal, responder) else { return }
        session.touch(.now())
        let stream = stream()
        if request.head.lastEventID.isEmpty {
            guard session.streams.attach(stream) else {
                return responder.reply(Admission.plain(409, "This session has a stream already"))
            }
        } else {
            // One answer for what was never given out, is another session's, or cannot be followed without a gap.
            guard let id = request.with(request.head.lastEventID, EventID.init), session.streams.resume(after: id, stream) else {
                return responder.reply(Admission.plain(400, "Last-Event-ID cannot be resumed from"))
            }
        }
        // What the stream was given goes out behind this, in a later turn of the loop.
        responder.openStream()
        (stream as? any SessionBound)?.bind(to: session)
    }

    private func delete(_ request: EndpointRequest, _ principal: Principal, _ responder: any Responder) {
        guard request.head.protocolVersion.isEmpty || request.with(request.head.protocolVersion, { ProtocolRevision($0) != nil }) else {
            var reply = Admission.plain(405, "This revision has no sessions")
            reply.fields = "Allow: POST\r\n"
            return responder.reply(reply)
        }
        guard let session = session(of: request, principal, responder, nil) else { return }
        shared.sessions.remove(session)
        responder.reply(Reply(status: 200))
    }
}

/// A stream that leaves its session when its client goes.
protocol SessionBound: AnyObject {
    func bind(to session: Session)
}
