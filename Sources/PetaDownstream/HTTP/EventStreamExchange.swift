internal import NIOCore

/// The stream on which an HTTP server speaks by itself (GET). Many servers offer none.
final class EventStreamExchange: Exchange, @unchecked Sendable {  // As its superclass: touched on its loop only.
    private let closed: @Sendable (_ wasOpen: Bool) -> Void
    private var wasOpen = false

    init(loop: any EventLoop, loopIndex: Int, closed: @escaping @Sendable (_ wasOpen: Bool) -> Void) {
        self.closed = closed
        super.init(loop: loop, loopIndex: loopIndex, id: 0, form: .eventStream, payload: ByteBuffer())
    }

    override func opened(status: Int, session: String?) { wasOpen = true }

    override func ended(_ failure: DownstreamFailure?) {
        // Refused (405 and the like) means: it has none, and asking again would not help.
        if case .badAnswer = failure { closed(false) } else { closed(wasOpen) }
    }
}
