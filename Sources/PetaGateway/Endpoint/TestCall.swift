internal import NIOCore
internal import PetaDownstream
internal import PetaIdentity
internal import PetaWire

/// A call that an administrator makes by hand: it goes the way of every other call, seam and audit included.
final class TestCall: Responder, @unchecked Sendable {  // Touched on the context's loop only.
    let address = "local"
    private let answered: EventLoopPromise<ByteBuffer>
    private let context: LoopContext
    private var last = ByteBuffer()

    private init(_ context: LoopContext) {
        self.context = context
        answered = context.loop.makePromise()
    }

    /// The JSON-RPC message that answers the call.
    static func run(_ message: [UInt8], _ principal: Principal, on context: LoopContext) async throws -> [UInt8] {
        let body = ByteBuffer(bytes: message)
        let answer = try await context.loop.flatSubmit { () -> EventLoopFuture<ByteBuffer> in
            let call = TestCall(context)
            do throws(ScanFailure) {
                var request = EndpointRequest(head: RequestHead(), headBytes: ByteBuffer())
                request.body = body
                CallDesk(context).call(.toolCall, request, try body.scanClientMessage(), .administrator, principal, call)
            } catch {
                call.reply(Admission.plain(400, error.message, code: error.code))
            }
            return call.answered.futureResult
        }.get()
        return Array(answer.readableBytesView)
    }

    func reply(_ reply: Reply) {
        var whole = reply.body
        if let middle = reply.middle { whole.writeImmutableBuffer(middle) }
        if let tail = reply.tail { whole.writeImmutableBuffer(tail) }
        answered.succeed(whole)
    }

    func openStream() {}

    func onGone(_ gone: (() -> Void)?) {}

    func event(_ message: ByteBuffer) { last = message }

    func events(_ events: ByteBuffer) {}

    func dropStream() {}

    func closeStream(share: BudgetShare?) {
        answered.succeed(last)
    }
}
