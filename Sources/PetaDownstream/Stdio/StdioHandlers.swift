internal import NIOCore

/// Hands what a child prints to its link.
final class StdioHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    private let link: StdioLink
    private let budget: ResultBudget

    init(_ link: StdioLink, _ budget: ResultBudget) {
        self.link = link
        self.budget = budget
    }

    /// Large answers that nobody has taken yet hold the child up.
    func read(context: ChannelHandlerContext) {
        let later = NIOLoopBound(context, eventLoop: context.eventLoop)
        let loop = context.eventLoop
        if !budget.isExhausted(retry: { loop.execute { later.value.read() } }) { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { link.received(unwrapInboundIn(data)) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The child closed its output: nothing more can be answered.
        if event as? ChannelEvent == .inputClosed { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) { link.ended() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// Hands a child's standard error to the server's log, line by line, for as long as it comes.
final class StderrHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private weak let owner: (any LinkOwner)?
    private var framer = LineFramer(limit: 64 << 10, kept: 8192)

    init(_ owner: any LinkOwner) { self.owner = owner }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        framer.push(unwrapInboundIn(data))
        while let line = framer.next() {
            switch line {
            case .whole(let text), .tooLong(let text): owner?.linkLogged(String(decoding: text.readableBytesView, as: UTF8.self), .stderr)
            }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
