internal import NIOCore

/// Stands in front of the full codec: a request that does not come to its end in time loses its connection, however
/// steadily its bytes drip in. An answer, once begun, has time.
final class CodecDeadline: ChannelDuplexHandler, SweptConnection, @unchecked Sendable {  // Touched on its loop only.
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private let context: LoopContext
    private let limit: TimeAmount
    private var due: NIODeadline?
    private var channel: (any Channel)?

    init(_ context: LoopContext) {
        self.context = context
        limit = .seconds(Int64(context.shared.settings.headerSeconds + context.shared.settings.bodySeconds))
    }

    func handlerAdded(context channel: ChannelHandlerContext) {
        self.channel = channel.channel
        due = .now() + limit
        context.add(self)
    }

    func handlerRemoved(context channel: ChannelHandlerContext) {
        self.channel = nil
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
        if let due, now > due { channel?.close(promise: nil) }
    }

    func drain() { channel?.close(promise: nil) }
}
