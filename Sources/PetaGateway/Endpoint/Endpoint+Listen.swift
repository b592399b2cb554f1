internal import NIOCore
internal import PetaDownstream
internal import PetaIdentity
internal import PetaWire
internal import Synchronization

/// `subscriptions/listen` (MCP reference, section 5.6).
extension Endpoint {
    func listen(
        _ request: EndpointRequest, _ scan: MessageScan, _ caller: Caller, _ principal: Principal,
        _ responder: any Responder, _ stream: () -> any EventSink
    ) {
        guard let wanted = (try? JSON.parse(request.body.bytes(scan.params)))?["notifications"], wanted.object != nil else {
            return refuse(request, scan, -32602, "Invalid params: notifications must be an object", responder, status: 400)
        }
        var kinds: Set<ListKind> = []
        var honoured: [(String, JSON)] = []
        for (name, covered) in [
            ("toolsListChanged", [ListKind.tools]), ("promptsListChanged", [.prompts]), ("resourcesListChanged", [.resources, .templates]),
        ] where wanted[name]?.bool == true {
            kinds.formUnion(covered)
            honoured.append((name, true))
        }
        let uris = wanted["resourceSubscriptions"]?.array ?? []
        guard uris.count <= Watches.clientLimit, uris.allSatisfy({ ($0.string?.utf8.count ?? .max) <= 8192 }) else {
            return refuse(
                request, scan, -32602, "Invalid params: resourceSubscriptions must be at most \(Watches.clientLimit) URIs", responder,
                status: 400)
        }
        let id = request.body.bytes(scan.id)
        let opened = stream()
        let listener = Listener(principal, id: id, kinds: kinds, stream: opened)
        guard !shared.draining.load(ordering: .relaxed), shared.listeners.add(listener) else {
            return refuse(request, scan, -32603, "Too many subscriptions", responder, status: 503)
        }
        let desk = CallDesk(context)
        // Which of them the servers agree to is known only when they have said so; the acknowledgement names those.
        desk.watch(uris.compactMap(\.string), listener, caller, principal, responder) { watched in
            if !watched.isEmpty { honoured.append(("resourceSubscriptions", .array(watched.map(JSON.string)))) }
            listener.acknowledge(.members(honoured))
        }
        responder.onGone { [shared] in
            shared.listeners.remove(listener)
            shared.dropWatcher(.listener(listener))
        }
        responder.openStream()
    }
}
