internal import NIOCore
internal import PetaDownstream

/// Stands between a call of a session and its connection once the answer became an event stream: what goes out is kept, and goes to
/// whichever connection carries the stream at the moment.
final class CallStream: Responder, EventSink, @unchecked Sendable {  // Touched on the call's loop; `replace` hops there.
    private let origin: any Responder
    private let streams: SessionStreams
    private let request: [UInt8]
    private let loop: any EventLoop
    private var number: UInt32 = 0
    private var isReplaced = false

    /// - Parameter request: the id of the request as the client spelled it.
    init(over origin: any Responder, _ streams: SessionStreams, request: [UInt8], on loop: any EventLoop) {
        self.origin = origin
        self.streams = streams
        self.request = request
        self.loop = loop
    }

    var address: String { origin.address }

    /// Not on a stream; here for the protocol's sake.
    func reply(_ reply: Reply) { origin.reply(reply) }

    func openStream() {
        let (number, beginning) = streams.open(request: request, self)
        self.number = number
        origin.openStream()
        if beginning.readableBytes > 0 { origin.events(beginning) }
    }

    func event(_ message: ByteBuffer) {
        guard let own = streams.append(Array(message.onOneLine.readableBytesView), to: number, own: self) else { return }
        if !isReplaced { origin.events(own) }
    }

    func events(_ events: ByteBuffer) {}

    func closeStream(share: BudgetShare?) {
        if streams.close(number, own: self), !isReplaced { origin.closeStream(share: share) }
    }

    func dropStream() {}

    func onGone(_ gone: (() -> Void)?) { origin.onGone(gone) }

    // MARK: as the first connection of the stream

    /// Its own events come back from the log, so that they need not wait for a turn of the loop.
    func send(_ events: ByteBuffer) {}

    func finish() {}

    func replace() {
        loop.execute {
            self.isReplaced = true
            self.origin.dropStream()
        }
    }
}
