import NIOCore
import NIOHTTP1

/// The life of one connection: writes the request, reads as much of the answer as is wanted, settles the promise.
final class OutboundExchange: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let request: HTTPRequestHead
    private let requestBody: ByteBuffer
    private let bodyLimit: Int
    private let answer: EventLoopPromise<OutboundResponse>
    private var head: HTTPResponseHead?
    private var body: [UInt8] = []

    init(head: HTTPRequestHead, body: ByteBuffer, bodyLimit: Int, answer: EventLoopPromise<OutboundResponse>) {
        request = head
        requestBody = body
        self.bodyLimit = bodyLimit
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        let answer = answer
        context.write(wrapOutboundOut(.head(request))).whenFailure { cause in
            if cause is HTTPParserError { answer.fail(OutboundFailure.cannotConnect("a header field holds what cannot be sent")) }
        }
        if requestBody.readableBytes > 0 { context.write(wrapOutboundOut(.body(.byteBuffer(requestBody))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body(let piece):
            let room = bodyLimit - body.count
            body.append(contentsOf: piece.readableBytesView.prefix(room))
            if piece.readableBytes > room { settle(context, isCut: true) }
        case .end: settle(context, isCut: false)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(OutboundFailure(exchanging: error))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        answer.fail(OutboundFailure.lost("it was closed without an answer"))
        context.fireChannelInactive()
    }

    private func settle(_ context: ChannelHandlerContext, isCut: Bool) {
        guard let head else { return }
        let retryAfter = head.headers.first(name: "retry-after").flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
        answer.succeed(OutboundResponse(status: Int(head.status.code), retryAfter: retryAfter, body: body, isCut: isCut))
        context.close(promise: nil)
    }
}
