internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import PetaWire
internal import Synchronization

/// Serves connections while the vault is sealed: every request is answered 503, `/health` also says that the process lives.
///
/// Nothing of a body is kept, nobody is asked who they are, and each connection ends with its first answer.
final class SealedSide: Sendable {
    private let limit: Int
    private let seconds: Int64
    private let connections = Atomic<Int>(0)

    init(_ settings: GatewaySettings) {
        limit = settings.connections
        seconds = Int64(settings.headerSeconds)
    }

    /// On the connection's loop.
    func serve(_ channel: any Channel, _ tls: NIOSSLContext?) -> EventLoopFuture<Void> {
        guard connections.wrappingAdd(1, ordering: .relaxed).newValue <= limit else {
            connections.wrappingSubtract(1, ordering: .relaxed)
            return channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
        }
        channel.closeFuture.whenComplete { _ in self.connections.wrappingSubtract(1, ordering: .relaxed) }
        return channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
            try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false, withErrorHandling: false)
            try pipeline.addHandler(SealedHandler(seconds: seconds))
        }
    }
}

/// Answers one request of one connection.
private final class SealedHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let seconds: Int64
    private var deadline: Scheduled<Void>?
    private var isAnswered = false

    init(seconds: Int64) { self.seconds = seconds }

    func handlerAdded(context: ChannelHandlerContext) {
        // However steadily a request drips in, it does not stay.
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(seconds)) { context.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): if !isAnswered { answer(head, context) }
        case .body: break
        // The client has sent all that it wanted: closing now cuts nothing off.
        case .end: if isAnswered { context.close(promise: nil) }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        isAnswered = true
        let path = head.uri.prefix { $0 != "?" }
        var body = ByteBuffer()
        if path == "/health" {
            body.writeStaticString("{\"status\":\"sealed\",\"live\":true,\"ready\":false,\"reason\":\"the vault is sealed\"}")
        } else {
            body = RPC.error(
                id: UnsafeRawBufferPointer(start: nil, count: 0), code: -32603,
                message: "The gateway is sealed until an administrator unseals its vault")
        }
        let fields: HTTPHeaders = [
            "Content-Type": "application/json", "Content-Length": "\(body.readableBytes)", "Cache-Control": "no-store", "Retry-After": "30",
            "Connection": "close",
        ]
        context.write(wrapOutboundOut(.head(.init(version: .http1_1, status: .serviceUnavailable, headers: fields))), promise: nil)
        if head.method != .HEAD { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
