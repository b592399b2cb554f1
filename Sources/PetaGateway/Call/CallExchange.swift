internal import NIOCore
internal import PetaDownstream
internal import PetaWire

/// One attempt of a forwarded call.
final class CallExchange: ClearedExchange, @unchecked Sendable {  // As its superclass: touched on its loop only.
    private let call: ForwardedCall

    init(_ clearance: consuming Clearance, _ call: ForwardedCall, id: UInt64, payload: ByteBuffer) {
        self.call = call
        super.init(clearance, loop: call.context.loop, loopIndex: call.context.index, id: id, payload: payload)
    }

    override func answered(_ message: ByteBuffer, _ scan: MessageScan, share: BudgetShare?) { call.answered(message, scan, share: share) }
    override func notified(_ message: ByteBuffer, _ scan: MessageScan) { call.notified(message, scan) }
    override func ended(_ failure: DownstreamFailure?) { call.failed(failure ?? .lost("the server gave no answer"), phase) }
}
