internal import NIOCore
internal import PetaDownstream
internal import PetaIdentity
internal import PetaWire

/// JSON-RPC batches: only of sessions at 2025-03-26 (MCP reference, section 2). Each member goes the whole way for itself.
extension Endpoint {
    /// Members of one batch.
    private static let memberLimit = 100

    func batch(_ request: EndpointRequest, _ principal: Principal, _ responder: any Responder) {
        func refuse(_ message: String) { responder.reply(Admission.plain(400, message)) }
        guard !request.head.session.isEmpty,
            request.head.protocolVersion.isEmpty || request.with(request.head.protocolVersion, { ProtocolRevision($0) != nil })
        else { return refuse("Batches are not supported") }
        guard let session = session(of: request, principal, responder, nil) else { return }
        guard session.revision == .march2025 else { return refuse("This revision has no batches") }
        guard let members = Self.members(request.body), !members.isEmpty else { return refuse("An empty batch") }
        guard members.count <= Self.memberLimit else { return refuse("A batch of more than \(Self.memberLimit) messages") }
        session.touch(.now())
        var scans: [(EndpointRequest, MessageScan)] = []
        for member in members {
            do throws(ScanFailure) {
                var one = request
                one.body = member
                let scan = try member.scanClientMessage(depthLimit: context.settings.jsonDepth)
                guard !member.withUnsafeReadableBytes({ scan.method.equals("initialize", in: $0) }) else {
                    return refuse("initialize cannot stand in a batch")
                }
                guard scan.envelopeVersion.isEmpty else { return refuse("A request of 2026-07-28 cannot stand in a batch") }
                scans.append((one, scan))
            } catch {
                // What cannot be read in one member makes the whole unreadable: nothing of it has run yet.
                return responder.reply(Admission.plain(400, error.message, code: error.code))
            }
        }
        let answers = scans.count { $0.1.kind == .request }
        let gathering = BatchResponder(responder, awaited: answers)
        for (one, scan) in scans {
            take(one, scan, session, principal, scan.kind == .request ? gathering.member() : SilentResponder.shared)
        }
        if answers == 0 { responder.reply(Reply(status: 202)) }
    }

    /// The elements of an array whose text has been scanned; nil if it is none.
    private static func members(_ body: ByteBuffer) -> [ByteBuffer]? {
        let ranges = body.withUnsafeReadableBytes { bytes -> [ByteRange]? in
            var cursor = JSONCursor(bytes)
            cursor.skipSpace()
            guard (try? cursor.expect(0x5B)) != nil else { return nil }
            var ranges: [ByteRange] = []
            cursor.skipSpace()
            if cursor.peek == 0x5D { return [] }
            while ranges.count <= memberLimit {
                guard let range = try? cursor.value() else { return nil }
                ranges.append(range)
                cursor.skipSpace()
                if cursor.peek == 0x5D { return ranges }
                guard (try? cursor.expect(0x2C)) != nil else { return nil }
            }
            return ranges
        }
        return ranges?.compactMap { body.getSlice(at: body.readerIndex + $0.lower, length: $0.count) }
    }
}

/// Gathers the answers of a batch: one JSON array, or an event stream as soon as one of its requests has more to say.
final class BatchResponder {
    private let responder: any Responder
    private var left: Int
    private var answers: [Reply] = []
    private var isStreaming = false

    init(_ responder: any Responder, awaited: Int) {
        self.responder = responder
        left = awaited
    }

    func member() -> any Responder { Member(self, responder.address, responder.ip) }

    private func settle(_ reply: Reply) {
        left -= 1
        if isStreaming { responder.event(Self.whole(reply)) } else { answers.append(reply) }
        guard left == 0 else { return }
        if isStreaming { return responder.closeStream(share: nil) }
        var body = ByteBuffer(string: "[")
        for (index, answer) in answers.enumerated() {
            if index > 0 { body.writeStaticString(",") }
            body.writeImmutableBuffer(Self.whole(answer))
        }
        body.writeStaticString("]")
        responder.reply(Reply(status: 200, body: body))
    }

    private func stream() {
        guard !isStreaming else { return }
        isStreaming = true
        responder.openStream()
        for answer in answers { responder.event(Self.whole(answer)) }
        answers = []
    }

    private func event(_ message: ByteBuffer) {
        stream()
        responder.event(message)
    }

    private func events(_ events: ByteBuffer) {
        stream()
        responder.events(events)
    }

    private static func whole(_ reply: Reply) -> ByteBuffer {
        var whole = reply.body
        if let middle = reply.middle { whole.writeImmutableBuffer(middle) }
        if let tail = reply.tail { whole.writeImmutableBuffer(tail) }
        return whole
    }

    /// One request of the batch.
    private final class Member: Responder {
        let address: String
        let ip: IPAddress?
        private let batch: BatchResponder

        init(_ batch: BatchResponder, _ address: String, _ ip: IPAddress?) {
            self.batch = batch
            self.address = address
            self.ip = ip
        }

        func reply(_ reply: Reply) { batch.settle(reply) }
        func openStream() {}
        func event(_ message: ByteBuffer) { batch.event(message) }
        func events(_ events: ByteBuffer) { batch.events(events) }
        // Another connection carries its stream now: here nothing more of it comes.
        func dropStream() { batch.ended() }
        // The last event was the answer.
        func closeStream(share: BudgetShare?) { batch.ended() }
        func onGone(_ gone: (() -> Void)?) {}
    }

    /// A member that streamed has ended; its answer has gone out.
    private func ended() {
        left -= 1
        if left == 0 { responder.closeStream(share: nil) }
    }
}

/// For members that get no answer.
final class SilentResponder: Responder, @unchecked Sendable {  // It has no state.
    static let shared = SilentResponder()
    let address = ""
    func reply(_ reply: Reply) {}
    func openStream() {}
    func event(_ message: ByteBuffer) {}
    func events(_ events: ByteBuffer) {}
    func dropStream() {}
    func closeStream(share: BudgetShare?) {}
    func onGone(_ gone: (() -> Void)?) {}
}
