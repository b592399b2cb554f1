internal import NIOCore
internal import PetaIdentity

/// Stands in front of the full codec: a request that does not come to its end in time loses its connection, however
/// steadily its bytes drip in. An answer, once begun, has time.
final class CodecDeadline: ChannelDuplexHandler, SweptConnection, @unchecked Sendable {  // Touched on its loop only.
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private let context: LoopContext
    private let limit: TimeAmount
    private var due: NIODeadline?
    private var channel: (any Channel)?
    private var handler: ChannelHandlerContext?

    init(_ context: LoopContext) {
        self.context = context
        limit = .seconds(Int64(context.settings.headerSeconds + context.settings.bodySeconds))
    }

    func handlerAdded(context channel: ChannelHandlerContext) {
        self.channel = channel.channel
        handler = channel
        due = .now() + limit
        context.add(self)
    }

    func handlerRemoved(context channel: ChannelHandlerContext) {
        self.channel = nil
        handler = nil
        context.remove(self)
    }

    func channelRead(context channel: ChannelHandlerContext, data: NIOAny) {
        if due == nil { due = .now() + limit }
        channel.fireChannelRead(data)
    }

    func write(context channel: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        due = nil
        channel.write(data, promise: promise)
    }

    func sweep(_ now: NIODeadline) {
        guard let due, now > due, let handler else { return }
        self.due = nil
        // Nothing of an answer has been written, so this one cannot stand in the middle of another.
        let text = "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        let channel = handler.channel
        let written = channel.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenComplete { _ in
            channel.close(mode: .output, promise: nil)
            channel.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
        }
        handler.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: written)
    }

    // Streams are looked after by their responders.
    func judge(_ list: AddressList) {}

    func drain() { channel?.close(promise: nil) }
}
