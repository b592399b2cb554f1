internal import NIOCore
internal import PetaAudit
internal import PetaDownstream
internal import PetaIdentity
internal import PetaTelemetry
internal import PetaWire

/// The legacy era: everything but `initialize` belongs to a session (MCP reference, section 4).
extension Endpoint {
    func legacy(_ request: EndpointRequest, _ scan: MessageScan, _ principal: Principal, _ responder: any Responder) {
        guard let session = session(of: request, principal, responder, scan.kind == .request ? (request.body, scan.id) : nil) else {
            return
        }
        session.touch(.now())
        take(request, scan, session, principal, responder)
    }

    /// One message of a session.
    func take(_ request: EndpointRequest, _ scan: MessageScan, _ session: Session, _ principal: Principal, _ responder: any Responder) {
        context.tally.count(.legacy)
        switch scan.kind {
        case .request: serve(request, scan, session, principal, responder)
        case .notification:
            notified(request, scan, session)
            responder.reply(Reply(status: 202))
        case .result, .error:
            // An answer to what a server asked; one that nobody waits for, any more or at all, is dropped.
            if let id = UInt64(request.body.text(scan.id)) { session.answered(id, request.body, scan) }
            responder.reply(Reply(status: 202))
        }
    }

    /// The session that the request names, if it is this principal's. Answers and gives nil otherwise: another user's
    /// session and one that does not exist look alike.
    func session(
        of request: EndpointRequest, _ principal: Principal, _ responder: any Responder, _ asked: (ByteBuffer, ByteRange)?
    ) -> Session? {
        func refuse(_ status: Int, _ message: String, _ code: Int) -> Session? {
            context.tally.count(.session)
            var reply = Reply(status: status)
            reply.body = (asked?.0 ?? ByteBuffer()).withUnsafeReadableBytes { bytes in
                RPC.error(id: (asked?.1 ?? .none).slice(of: bytes), code: code, message: message)
            }
            responder.reply(reply)
            return nil
        }
        guard !request.head.session.isEmpty else { return refuse(400, "Mcp-Session-Id is missing", -32600) }
        let found = request.with(request.head.session) { shared.sessions.find($0) }
        guard let session = found, session.userID == principal.userID else {
            // One that is nobody's has only ended.
            if found != nil {
                context.noteRefusedAccess("the session is another user's", address: responder.address, user: principal.userID)
            }
            return refuse(404, "Session not found", -32001)
        }
        return session
    }

    private func notified(_ request: EndpointRequest, _ scan: MessageScan, _ session: Session) {
        request.body.withUnsafeReadableBytes { bytes in
            let method = scan.method.slice(of: bytes)
            if method.equals("notifications/cancelled"), !scan.requestID.isEmpty {
                session.call(id: scan.requestID.slice(of: bytes))?.cancel()
            } else if method.equals("notifications/roots/list_changed") {
                session.rootsChanged()
            }
        }
    }

    private func serve(
        _ request: EndpointRequest, _ scan: MessageScan, _ session: Session, _ principal: Principal, _ responder: any Responder
    ) {
        guard !isOverRate(request, scan, session, principal, responder) else { return }
        let method = request.body.withUnsafeReadableBytes { bytes -> Method? in Method(scan.method.slice(of: bytes)) }
        let caller = Caller.session(session)
        switch method {
        case .toolsCall: CallDesk(context).call(.toolCall, request, scan, caller, principal, responder)
        case .promptsGet: CallDesk(context).call(.promptGet, request, scan, caller, principal, responder)
        case .resourcesRead: CallDesk(context).call(.resourceRead, request, scan, caller, principal, responder)
        case .complete: CallDesk(context).call(.completion, request, scan, caller, principal, responder)
        case .subscribe: CallDesk(context).watch(true, request, scan, session, principal, responder)
        case .unsubscribe: CallDesk(context).watch(false, request, scan, session, principal, responder)
        case .ping: answer(request, scan, Array("{}".utf8), responder)
        case .task(let kind):
            guard session.revision == .november2025, !context.snapshot.listings(withTasksOf: principal, modern: false).isEmpty else {
                return refuse(request, scan, -32601, "Method not found", responder)
            }
            CallDesk(context).call(kind, request, scan, caller, principal, responder)
        case .list(let kind): list(kind, request, scan, caller, principal, responder)
        case .setLevel: setLevel(request, scan, session, responder)
        case nil: refuse(request, scan, -32601, "Method not found", responder)
        }
    }

    private enum Method {
        case toolsCall, promptsGet, resourcesRead, complete, subscribe, unsubscribe, ping, setLevel
        case list(ListKind)
        case task(ForwardedCall.Kind)

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
            } else if name.equals("resources/subscribe") {
                self = .subscribe
            } else if name.equals("resources/unsubscribe") {
                self = .unsubscribe
            } else if name.equals("logging/setLevel") {
                self = .setLevel
            } else if name.equals("tasks/get") {
                self = .task(.taskGet)
            } else if name.equals("tasks/result") {
                self = .task(.taskResult)
            } else if name.equals("tasks/cancel") {
                self = .task(.taskCancel)
            } else {
                return nil
            }
        }
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
}
