internal import NIOCore
internal import PetaAudit
internal import PetaDownstream
internal import PetaIdentity
internal import PetaTelemetry
internal import PetaWire

/// The modern era: each request for itself, with all that it needs in its envelope (MCP reference, section 5).
extension Endpoint {
    func modern(
        _ request: EndpointRequest, _ scan: MessageScan, _ principal: Principal, _ responder: any Responder,
        _ stream: () -> any EventSink
    ) {
        context.tally.count(.modern)
        switch scan.kind {
        // The core has no notification from client to server over HTTP; what comes all the same is taken and dropped.
        case .notification: return responder.reply(Reply(status: 202))
        case .result, .error: return responder.reply(Admission.plain(400, "one request or notification expected"))
        case .request: break
        }
        let envelope: Envelope
        do throws(Envelope.Refusal) {
            envelope = try Envelope.read(request, scan, &context.knownClients, qualified: usesQualifiedNames(request))
        } catch {
            context.tally.count(.envelope)
            context.noteRefusedAccess(error.message, address: responder.address, user: principal.userID, rule: "bad envelope")
            return refuse(request, scan, -32602, error.message, responder, status: 400)
        }
        let method = request.body.withUnsafeReadableBytes { bytes -> ModernMethod? in ModernMethod(scan.method.slice(of: bytes)) }
        if let problem = headerProblem(request, scan, method) {
            context.tally.count(.header)
            context.noteRefusedAccess(problem, address: responder.address, user: principal.userID, rule: "header mismatch")
            return refuse(request, scan, -32020, problem, responder, status: 400)
        }
        guard request.body.textIs(scan.envelopeVersion, "\"2026-07-28\"") else {
            return refuse(
                request, scan, -32022, "Unsupported protocol version", responder, status: 400,
                data: Array("{\"supported\":[\"\(ModernRevision.text)\"],\"requested\":".utf8) + request.body.bytes(scan.envelopeVersion)
                    + [0x7D])
        }
        guard !isOverRate(request, scan, nil, principal, responder) else { return }
        serve(method, request, scan, .modern(envelope), principal, responder, stream)
    }

    private func serve(
        _ method: ModernMethod?, _ request: EndpointRequest, _ scan: MessageScan, _ caller: Caller, _ principal: Principal,
        _ responder: any Responder, _ stream: () -> any EventSink
    ) {
        if let level = caller.logLevel { shared.demand.ask(level, at: .now()) }
        switch method {
        case .toolsCall: CallDesk(context).call(.toolCall, request, scan, caller, principal, responder)
        case .promptsGet: CallDesk(context).call(.promptGet, request, scan, caller, principal, responder)
        case .resourcesRead: CallDesk(context).call(.resourceRead, request, scan, caller, principal, responder)
        case .complete: CallDesk(context).call(.completion, request, scan, caller, principal, responder)
        case .listen: listen(request, scan, caller, principal, responder, stream)
        case .task(let kind):
            guard context.snapshot.hasModernTasks(for: principal) else {
                return refuse(request, scan, -32601, "Method not found", responder, status: 404)
            }
            guard caller.abilities.set.contains(.tasks) else {
                return refuse(
                    request, scan, -32021, "This method needs a client that has the extension for tasks", responder, status: 400,
                    data: Array("{\"requiredCapabilities\":{\"extensions\":{\"\(PetaWire.Envelope.tasksExtension)\":{}}}}".utf8))
            }
            if let id = ApprovalTask.id(request, scan, principal, context) {
                return ApprovalTask(id, kind, request, scan, caller, principal, responder, context).start()
            }
            CallDesk(context).call(kind, request, scan, caller, principal, responder)
        case .list(let kind): list(kind, request, scan, caller, principal, responder)
        case .discover: discover(request, scan, principal, responder)
        case nil: refuse(request, scan, -32601, "Method not found", responder, status: 404)
        }
    }

    /// Methods of the modern era, and which member of their params `Mcp-Name` repeats.
    enum ModernMethod {
        case toolsCall, promptsGet, resourcesRead, complete, listen, discover
        case list(ListKind)
        case task(ForwardedCall.Kind)

        init?(_ name: UnsafeRawBufferPointer) {
            if name.equals("tools/call") {
                self = .toolsCall
            } else if name.equals("tools/list") {
                self = .list(.tools)
            } else if name.equals("server/discover") {
                self = .discover
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
            } else if name.equals("subscriptions/listen") {
                self = .listen
            } else if name.equals("tasks/get") {
                self = .task(.taskGet)
            } else if name.equals("tasks/update") {
                self = .task(.taskUpdate)
            } else if name.equals("tasks/cancel") {
                self = .task(.taskCancel)
            } else {
                return nil
            }
        }
    }

    // MARK: headers

    /// What is wrong with the headers that repeat the body (section 5.3); nil where nothing is.
    private func headerProblem(_ request: EndpointRequest, _ scan: MessageScan, _ method: ModernMethod?) -> String? {
        let head = request.head
        guard !head.protocolVersion.isEmpty else { return "MCP-Protocol-Version header is required" }
        guard !head.mcpMethod.isEmpty else { return "Mcp-Method header is required" }
        return request.body.withUnsafeReadableBytes { body in
            let version = scan.envelopeVersion.slice(of: body)
            guard request.with(head.protocolVersion, { Self.isText($0, of: version) }) else {
                return "MCP-Protocol-Version header does not match the body"
            }
            let named = scan.method.slice(of: body)
            guard request.with(head.mcpMethod, { $0.count == named.count && $0.elementsEqual(named) }) else {
                return "Mcp-Method header does not match the body"
            }
            let place: ByteRange
            switch method {
            case .toolsCall, .promptsGet: place = scan.name
            case .resourcesRead: place = scan.uri
            case .task: place = scan.taskID
            default: return nil
            }
            // Whatever is wrong with the name itself is said by whoever reads it.
            guard !place.isEmpty, body[place.lower] == 0x22 else { return nil }
            guard !head.mcpName.isEmpty else { return "Mcp-Name header is required" }
            let isSame = request.with(head.mcpName) { value in
                // Of an id of a task nothing has been said of escapes.
                if !scan.targetIsEscaped, place != scan.taskID, !HeaderValue.isWrapped(value) {
                    return Self.isText(value, of: place.slice(of: body))
                }
                guard let decoded = HeaderValue.decode(value), let text = (try? JSON.parse(place.slice(of: body)))?.string else {
                    return false
                }
                return text.utf8.elementsEqual(decoded)
            }
            return isSame ? nil : "Mcp-Name header does not match the body"
        }
    }

    /// True if `value` is what stands between the quotes of `spelled`.
    private static func isText(_ value: UnsafeRawBufferPointer, of spelled: UnsafeRawBufferPointer) -> Bool {
        spelled.count == value.count + 2 && UnsafeRawBufferPointer(rebasing: spelled[1..<spelled.count - 1]).elementsEqual(value)
    }

    // MARK: discover

    private func discover(_ request: EndpointRequest, _ scan: MessageScan, _ principal: Principal, _ responder: any Responder) {
        var capabilities = Self.capabilities
        if context.snapshot.hasModernTasks(for: principal) {
            capabilities.set(key: "extensions", value: [PetaWire.Envelope.tasksExtension: [:]])
        }
        let result: JSON = [
            "resultType": "complete", "supportedVersions": [.string(ModernRevision.text.description)],
            "capabilities": capabilities, "ttlMs": 300_000, "cacheScope": "private",
            "_meta": ["io.modelcontextprotocol/serverInfo": shared.serverInfo],
        ]
        answer(request, scan, result.bytes, responder)
    }
}
