internal import NIOCore
internal import PetaAudit
internal import PetaCrypto
internal import PetaDownstream
internal import PetaIdentity
internal import PetaWire
internal import Synchronization

/// The MCP endpoint of one event loop, legacy era: takes admitted requests and sees that each is answered once.
final class Endpoint {
    let context: LoopContext
    private var shared: GatewayShared { context.shared }

    init(_ context: LoopContext) { self.context = context }

    /// Answers a request whose body is complete.
    func handle(_ request: EndpointRequest, _ principal: Principal, _ responder: any Responder, stream: () -> any EventSink) {
        switch request.head.method {
        case .post: post(request, principal, responder)
        case .get: get(request, principal, responder, stream)
        case .delete: delete(request, principal, responder)
        }
    }

    // MARK: POST

    private func post(_ request: EndpointRequest, _ principal: Principal, _ responder: any Responder) {
        guard request.with(request.head.contentType, MediaTypes.isJSON) else {
            return responder.reply(Admission.plain(415, "Content-Type must be application/json"))
        }
        guard request.with(request.head.accept, MediaTypes.acceptsBoth) else {
            return responder.reply(Admission.plain(406, "Accept must list application/json and text/event-stream"))
        }
        let scan: MessageScan
        do throws(ScanFailure) {
            scan = try request.body.scanClientMessage(depthLimit: shared.settings.jsonDepth)
        } catch {
            return responder.reply(Admission.plain(400, error.message, code: error.code))
        }
        let isInitialize = request.body.withUnsafeReadableBytes { scan.method.equals("initialize", in: $0) }
        if isInitialize, scan.kind == .request { return initialize(request, scan, principal, responder) }
        if !checkRevision(request, scan, responder) { return }
        guard let session = session(of: request, principal, responder, scan.kind == .request ? (request.body, scan.id) : nil) else {
            return
        }
        session.touch(.now())
        switch scan.kind {
        case .request: serve(request, scan, session, principal, responder)
        case .notification:
            notified(request, scan, session)
            responder.reply(Reply(status: 202))
        case .result, .error:
            // Nothing was asked of this client, so nobody waits for it.
            responder.reply(Reply(status: 202))
        }
    }

    /// The header names a legacy revision or is absent, and the body is not of the modern era. Answers and gives false otherwise.
    private func checkRevision(_ request: EndpointRequest, _ scan: MessageScan, _ responder: any Responder) -> Bool {
        let version = request.head.protocolVersion
        if scan.envelopeVersion.isEmpty, version.isEmpty || request.with(version, { ProtocolRevision($0) != nil }) { return true }
        var asked: [UInt8] = []
        if version.isEmpty {
            asked = request.body.bytes(scan.envelopeVersion)
        } else {
            JSON.appendQuoted(request.text(version) ?? "", into: &asked)
        }
        let supported = ProtocolRevision.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ",")
        var reply = Reply(status: 400)
        reply.body = request.body.withUnsafeReadableBytes { bytes in
            RPC.error(
                id: scan.id.slice(of: bytes), code: -32022, message: "Unsupported protocol version",
                data: Array("{\"supported\":[\(supported)],\"requested\":".utf8) + asked + [0x7D])
        }
        responder.reply(reply)
        return false
    }

    /// The session that the request names, if it is this principal's. Answers and gives nil otherwise: another user's
    /// session and one that does not exist look alike.
    private func session(
        of request: EndpointRequest, _ principal: Principal, _ responder: any Responder, _ asked: (ByteBuffer, ByteRange)?
    ) -> Session? {
        func refuse(_ status: Int, _ message: String, _ code: Int) -> Session? {
            var reply = Reply(status: status)
            reply.body = (asked?.0 ?? ByteBuffer()).withUnsafeReadableBytes { bytes in
                RPC.error(id: (asked?.1 ?? .none).slice(of: bytes), code: code, message: message)
            }
            responder.reply(reply)
            return nil
        }
        guard !request.head.session.isEmpty else { return refuse(400, "Mcp-Session-Id is missing", -32600) }
        guard let session = request.with(request.head.session, { shared.sessions.find($0) }), session.userID == principal.userID else {
            return refuse(404, "Session not found", -32001)
        }
        return session
    }

    private func notified(_ request: EndpointRequest, _ scan: MessageScan, _ session: Session) {
        request.body.withUnsafeReadableBytes { bytes in
            guard scan.method.equals("notifications/cancelled", in: bytes), !scan.requestID.isEmpty else { return }
            session.call(id: scan.requestID.slice(of: bytes))?.cancel()
        }
    }

    // MARK: requests

    private func serve(
        _ request: EndpointRequest, _ scan: MessageScan, _ session: Session, _ principal: Principal, _ responder: any Responder
    ) {
        let method = request.body.withUnsafeReadableBytes { bytes -> Method? in Method(scan.method.slice(of: bytes)) }
        switch method {
        case .toolsCall: CallDesk(context).call(.toolCall, request, scan, session, principal, responder)
        case .promptsGet: CallDesk(context).call(.promptGet, request, scan, session, principal, responder)
        case .resourcesRead: CallDesk(context).call(.resourceRead, request, scan, session, principal, responder)
        case .complete: CallDesk(context).call(.completion, request, scan, session, principal, responder)
        case .ping: answer(request, scan, Array("{}".utf8), responder)
        case .list(let kind): list(kind, request, scan, session, principal, responder)
        case .setLevel: setLevel(request, scan, session, responder)
        case nil: refuse(request, scan, -32601, "Method not found", responder)
        }
    }

    private enum Method {
        case toolsCall, promptsGet, resourcesRead, complete, ping, setLevel
        case list(ListKind)

        init?(_ name: UnsafeRawBufferPointer) {
            if name.equals("tools/call") {
                self = .toolsCall
            } else if name.equals("tools/list") {
                self = .list(.tools)
            } else if name.equals("ping") {
                self = .ping
            } else if name.equals("prompts/get") {
                self = .promptsGet
            } else if name.equals("resources/read") {
                self = .resourcesRead
            } else if name.equals("prompts/list") {
                self = .list(.prompts)
            } else if name.equals("resources/list") {
                self = .list(.resources)
            } else if name.equals("resources/templates/list") {
                self = .list(.templates)
            } else if name.equals("completion/complete") {
                self = .complete
            } else if name.equals("logging/setLevel") {
                self = .setLevel
            } else {
                return nil
            }
        }
    }

    private func answer(_ request: EndpointRequest, _ scan: MessageScan, _ result: [UInt8], _ responder: any Responder, fields: String = "")
    {
        var reply = Reply(status: 200, fields: fields)
        reply.body = request.body.withUnsafeReadableBytes { RPC.answer(id: scan.id.slice(of: $0), "result", result) }
        responder.reply(reply)
    }

    private func refuse(
        _ request: EndpointRequest, _ scan: MessageScan, _ code: Int, _ message: String, _ responder: any Responder, status: Int = 200
    ) {
        var reply = Reply(status: status)
        reply.body = request.body.withUnsafeReadableBytes { RPC.error(id: scan.id.slice(of: $0), code: code, message: message) }
        responder.reply(reply)
    }

    private func setLevel(_ request: EndpointRequest, _ scan: MessageScan, _ session: Session, _ responder: any Responder) {
        guard let params = try? JSON.parse(request.body.bytes(scan.params)),
            let level = params["level"]?.string.flatMap(LogLevel.init(name:))
        else {
            return refuse(request, scan, -32602, "Unknown log level", responder)
        }
        shared.demand.ask(level, session)
        answer(request, scan, Array("{}".utf8), responder)
    }

    // MARK: initialize

    private func initialize(_ request: EndpointRequest, _ scan: MessageScan, _ principal: Principal, _ responder: any Responder) {
        guard request.head.session.isEmpty else {
            return refuse(request, scan, -32600, "This session is initialized already", responder, status: 400)
        }
        guard request.head.protocolVersion.isEmpty || request.with(request.head.protocolVersion, { ProtocolRevision($0) != nil }) else {
            _ = checkRevision(request, scan, responder)
            return
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
            var reply = Reply(status: 503, fields: "Retry-After: 5\r\n")
            reply.body = request.body.withUnsafeReadableBytes {
                RPC.error(id: scan.id.slice(of: $0), code: -32603, message: "Too many sessions")
            }
            return responder.reply(reply)
        }
        shared.identity.touch(principal)
        var info: JSON = ["name": "peta", "version": .string(shared.settings.version)]
        if revision != .march2025 { info.set(key: "title", value: "Peta") }
        let result: JSON = [
            "protocolVersion": .string(revision.rawValue),
            "capabilities": [
                "tools": ["listChanged": true], "prompts": ["listChanged": true], "resources": ["listChanged": true], "logging": [:],
                "completions": [:],
            ],
            "serverInfo": info,
        ]
        answer(request, scan, result.bytes, responder, fields: "Mcp-Session-Id: \(session.id)\r\n")
    }

    /// What a client declares, if it is of a sensible size.
    private static func bounded(_ capabilities: JSON?) -> JSON? { capabilities.flatMap { $0.bytes.count <= 8192 ? $0 : nil } }

    private func usesQualifiedNames(_ request: EndpointRequest) -> Bool {
        for pair in (request.text(request.head.query) ?? "").split(separator: "&") {
            if pair == "names=qualified" { return true }
            if pair == "names=safe" { return false }
        }
        return shared.settings.nameStyle == .qualified
    }

    // MARK: lists

    private func list(
        _ kind: ListKind, _ request: EndpointRequest, _ scan: MessageScan, _ session: Session, _ principal: Principal,
        _ responder: any Responder
    ) {
        let snapshot = context.snapshot
        let view = snapshot.catalog.view(kind, qualified: session.qualifiedNames, servers: snapshot.servers(for: principal))
        var cursor: String?
        if !scan.params.isEmpty {
            guard let params = try? JSON.parse(request.body.bytes(scan.params)) else {
                return refuse(request, scan, -32602, "Invalid params", responder)
            }
            if let given = params["cursor"] {
                guard let text = given.string else { return refuse(request, scan, -32602, "Invalid cursor", responder) }
                cursor = text
            }
        }
        guard let page = Cursor.page(of: view, at: cursor) else { return refuse(request, scan, -32602, "Invalid cursor", responder) }
        var reply = Reply(status: 200)
        reply.body = request.body.withUnsafeReadableBytes { bytes in
            var out = context.loop.allocateBuffer(256)
            out.writeStaticString("{\"jsonrpc\":\"2.0\",\"id\":")
            out.writeBytes(scan.id.slice(of: bytes))
            out.writeStaticString(",\"result\":{\"")
            out.writeStaticString(kind.member)
            out.writeStaticString("\":[")
            return out
        }
        reply.middle = page.bytes
        reply.tail = ByteBuffer(string: page.next.map { "],\"nextCursor\":\"\($0)\"}}" } ?? "]}}")
        responder.reply(reply)
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
        guard let session = session(of: request, principal, responder, nil) else { return }
        shared.sessions.remove(session)
        responder.reply(Reply(status: 200))
    }
}

/// A stream that leaves its session when its client goes.
protocol SessionBound: AnyObject {
    func bind(to session: Session)
}
