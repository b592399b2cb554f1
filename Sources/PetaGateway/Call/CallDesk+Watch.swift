internal import NIOCore
internal import PetaAudit
internal import PetaDownstream
internal import PetaIdentity
internal import PetaWire
internal import Synchronization

/// Watching resources: decided by the seam and recorded like everything that is done at a server for a client.
extension CallDesk {
    /// `resources/subscribe` and `resources/unsubscribe` of the legacy era.
    func watch(
        _ isWanted: Bool, _ request: EndpointRequest, _ scan: MessageScan, _ session: Session, _ principal: Principal,
        _ responder: any Responder
    ) {
        let caller = Caller.session(session)
        var record = AuditRecord(time: Timestamp.now(), kind: .call)
        describe(&record, request, scan, caller, principal, responder)
        record.method = isWanted ? "resources/subscribe" : "resources/unsubscribe"
        let uri = scan.uri.isEmpty ? nil : (try? JSON.parse(request.body.bytes(scan.uri)))?.string
        guard let uri, uri.utf8.count <= 8192 else {
            let body = request.body.withUnsafeReadableBytes {
                RPC.error(id: scan.id.slice(of: $0), code: -32602, message: "Invalid params: uri must be a string of at most 8 KiB")
            }
            return refuse("invalid params", Reply(status: 200, body: body), record, request, scan, responder)
        }
        guard let place = self.place(of: uri, principal, caller, &record) else {
            return deny(record.rule ?? "no such target", record, .resourceRead, request, scan, caller, responder)
        }
        guard let slot = intend(&record) else {
            var reply = Reply(status: 503, fields: "Retry-After: 5\r\n")
            reply.body = request.body.withUnsafeReadableBytes {
                RPC.error(id: scan.id.slice(of: $0), code: -32603, message: "Nothing can be watched now")
            }
            return refuse("the gateway is stopping, or the audit cannot be written", reply, record, request, scan, responder)
        }
        let answer = WatchAnswer(context, record, slot, request, scan, responder)
        context.shared.watching(
            WatchWish(place: place, watcher: .session(session), isWanted: isWanted) { refusal in answer.settle(refusal) })
    }

    /// The resources of a listen: `done` gets those that are watched, on this loop, when every server has answered.
    func watch(
        _ uris: [String], _ listener: Listener, _ caller: Caller, _ principal: Principal, _ responder: any Responder,
        _ done: @escaping ([String]) -> Void
    ) {
        let gathering = WatchGathering(uris.count, done)
        guard !uris.isEmpty else { return context.loop.execute { gathering.finish() } }
        for uri in uris {
            var record = AuditRecord(time: Timestamp.now(), kind: .call)
            record.requestID = context.nextRequestID()
            record.user = principal.userID
            record.role = principal.role.rawValue
            record.tokenID = principal.tokenID
            record.address = responder.address
            record.method = "subscriptions/listen"
            let place = self.place(of: uri, principal, caller, &record)
            let slot = place == nil ? nil : intend(&record)
            let one = WatchGathering.One(gathering, uri, context, record, slot ?? -1)
            guard let place, slot != nil else {
                one.settle(nil, .denied)
                continue
            }
            context.shared.watching(
                WatchWish(place: place, watcher: .listener(listener), isWanted: true) { refusal in
                    one.settle(refusal, refusal == nil ? .ok : .error)
                })
        }
    }

    /// Puts the intent down, as for a call: its slot, or nil where nothing may run.
    private func intend(_ record: inout AuditRecord) -> Int32? {
        guard context.shared.audit.isWritable, !context.shared.draining.load(ordering: .relaxed) else { return nil }
        record.outcome = .stopped
        return Seam.clear(record, context.lane)?.intent
    }

    /// Where a resource lies, if this principal may use its server; what was decided goes into the record.
    private func place(of uri: String, _ principal: Principal, _ caller: Caller, _ record: inout AuditRecord) -> Watches.Place? {
        record.tool = clip(uri)
        record.decision = .deny
        guard let (server, original) = server(of: uri) else {
            record.rule = "no such target"
            return nil
        }
        record.server = server.handle.id
        record.tool = clip(original)
        if case .deny(let rule) = Seam.decide(principal, server, Sought(kind: .resource, name: original)) {
            record.rule = rule
            return nil
        }
        record.decision = .allow
        let question = Question(subject: .resource(server: server.handle.id, uri: original), hasArguments: false)
        // A subscription cannot wait for a person.
        guard Seam.judge(question, context, principal, caller, &record, ByteBuffer(), nil, .silent) == nil else {
            record.decision = .deny
            return nil
        }
        return Watches.Place(server: server.handle.id, uri: original)
    }
}

/// The answer to a wish to watch: goes out when its record is safe.
private final class WatchAnswer: @unchecked Sendable {  // Used on the context's loop only; `settle` hops there.
    private let context: LoopContext
    private var record: AuditRecord
    private let slot: Int32
    private let request: EndpointRequest
    private let scan: MessageScan
    private let responder: any Responder

    init(
        _ context: LoopContext, _ record: AuditRecord, _ slot: Int32, _ request: EndpointRequest, _ scan: MessageScan,
        _ responder: any Responder
    ) {
        self.context = context
        self.record = record
        self.slot = slot
        self.request = request
        self.scan = scan
        self.responder = responder
    }

    func settle(_ refusal: Watches.Refusal?) {
        context.loop.execute {
            self.record.outcome = refusal == nil ? .ok : .error
            self.record.error = refusal?.message
            let body = self.request.body.withUnsafeReadableBytes { bytes in
                let id = self.scan.id.slice(of: bytes)
                return refusal.map { RPC.error(id: id, code: -32602, message: $0.message) }
                    ?? RPC.answer(id: id, "result", Array("{}".utf8))
            }
            self.record.bytesOut = Int64(body.readableBytes)
            self.context.outbox.add(
                self.record, slot: self.slot, at: .now(), HeldReply(Reply(status: 200, body: body), self.request, self.scan, self.responder)
            )
        }
    }
}

/// Waits for all resources of one listen.
private final class WatchGathering: @unchecked Sendable {  // Used on one loop only.
    private var open: Int
    private var agreed: [String] = []
    private let done: ([String]) -> Void

    init(_ count: Int, _ done: @escaping ([String]) -> Void) {
        open = count
        self.done = done
    }

    func finish() { done(agreed) }

    private func settled(_ uri: String?) {
        if let uri { agreed.append(uri) }
        open -= 1
        if open == 0 { finish() }
    }

    /// One of them. Goes on when its record is safe, or cannot be written.
    final class One: AuditWaiter, @unchecked Sendable {  // As its owner; `settle` hops onto the loop.
        private let gathering: WatchGathering
        private let uri: String
        private let context: LoopContext
        private var record: AuditRecord
        private let slot: Int32

        init(_ gathering: WatchGathering, _ uri: String, _ context: LoopContext, _ record: AuditRecord, _ slot: Int32) {
            self.slot = slot
            self.gathering = gathering
            self.uri = uri
            self.context = context
            self.record = record
        }

        func settle(_ refusal: Watches.Refusal?, _ outcome: AuditOutcome) {
            context.loop.execute {
                self.record.outcome = outcome
                self.record.error = refusal?.message
                self.context.outbox.add(self.record, slot: self.slot, at: .now(), self)
            }
        }

        func auditSettled(_ failure: AuditFailure?) { gathering.settled(record.outcome == .ok ? uri : nil) }
    }
}
