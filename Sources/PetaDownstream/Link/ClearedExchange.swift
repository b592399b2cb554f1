public import NIOCore

/// A request of a client, cleared by the seam: the only kind that `ServerHandle.send` takes.
open class ClearedExchange: Exchange, @unchecked Sendable {  // As its superclass: touched on its loop only.
    /// Slot of the intent that was put down for it.
    package let intent: Int32

    /// Consumes the leave to send.
    package init(_ clearance: consuming Clearance, loop: any EventLoop, loopIndex: Int, id: UInt64, payload: ByteBuffer) {
        intent = clearance.intent
        super.init(loop: loop, loopIndex: loopIndex, id: id, form: .request, payload: payload)
    }

    /// Not to be used: a cleared exchange needs its clearance.
    public override init(loop: any EventLoop, loopIndex: Int, id: UInt64, form: Form, payload: ByteBuffer) {
        intent = -1
        super.init(loop: loop, loopIndex: loopIndex, id: id, form: .notification, payload: ByteBuffer())
    }
}
