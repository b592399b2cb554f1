internal import NIOCore
internal import PetaWire

/// The event stream of an HTTP+SSE server (GET): gives every event as it is, for as long as the stream lives.
final class EventSink: Exchange, @unchecked Sendable {  // As its superclass: touched on its loop only.
    private let took: (SSEEvent) -> Void
    private let closed: (DownstreamFailure?) -> Void

    init(
        loop: any EventLoop, loopIndex: Int, took: @escaping (SSEEvent) -> Void, closed: @escaping (DownstreamFailure?) -> Void
    ) {
        self.took = took
        self.closed = closed
        super.init(loop: loop, loopIndex: loopIndex, id: 0, form: .eventStream, payload: ByteBuffer())
    }

    func take(_ event: SSEEvent) { if phase != .done { took(event) } }

    override func ended(_ failure: DownstreamFailure?) { closed(failure) }
}

/// One message that is posted to an HTTP+SSE server: no answer but the receipt.
final class Post: Exchange, @unchecked Sendable {  // As its superclass: touched on its loop only.
    private let received: (DownstreamFailure?) -> Void

    init(
        loop: any EventLoop, loopIndex: Int, payload: ByteBuffer, received: @escaping (DownstreamFailure?) -> Void
    ) {
        self.received = received
        super.init(loop: loop, loopIndex: loopIndex, id: 0, form: .notification, payload: payload)
    }

    override func ended(_ failure: DownstreamFailure?) { received(failure) }
}
