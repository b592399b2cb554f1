internal import NIOCore
internal import PetaDownstream
internal import PetaWire

/// Whoever a forwarded request's messages go to: the call that sent it, or what holds it while its client answers a question.
protocol ExchangeOwner: AnyObject {
    /// The answer.
    func answered(_ message: ByteBuffer, _ scan: MessageScan, share: BudgetShare?)
    /// A notification that belongs to the request.
    func notified(_ message: ByteBuffer, _ scan: MessageScan)
    /// The server asks something. False: it is refused.
    func asked(_ message: ByteBuffer, _ scan: MessageScan) -> Bool
    /// There will be no answer.
    func failed(_ failure: DownstreamFailure, _ phase: Exchange.Phase)
}

/// One attempt of a forwarded call.
final class CallExchange: ClearedExchange, @unchecked Sendable {  // As its superclass: touched on its loop only.
    /// Held until it is over: then the circle is cut.
    var owner: (any ExchangeOwner)?

    init(_ clearance: consuming Clearance, _ call: ForwardedCall, id: UInt64, payload: ByteBuffer) {
        owner = call
        super.init(clearance, loop: call.context.loop, loopIndex: call.context.index, id: id, payload: payload)
    }

    override func answered(_ message: ByteBuffer, _ scan: MessageScan, share: BudgetShare?) {
        let last = owner
        owner = nil
        last?.answered(message, scan, share: share)
    }

    override func notified(_ message: ByteBuffer, _ scan: MessageScan) { owner?.notified(message, scan) }

    override func asked(_ message: ByteBuffer, _ scan: MessageScan) -> Bool { owner?.asked(message, scan) ?? false }

    override func ended(_ failure: DownstreamFailure?) {
        let last = owner
        owner = nil
        last?.failed(failure ?? .lost("the server gave no answer"), phase)
    }
}
