import NIOCore
import NIOHTTP1

/// Answers the requests of one connection, one behind the other.
final class MetricsHandler: ChannelInboundHandler, @unchecked Sendable {  // Touched on its loop only; `scrape` hops back to it.
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let access: MetricsAccess
    private let scraper: Scraper
    private var head: HTTPRequestHead?
    /// An answer is being made.
    private var isScraping = false

    init(access: MetricsAccess, scraper: Scraper) {
        self.access = access
        self.scraper = scraper
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        // Nobody sends a body for this; who does is not read.
        case .body: context.close(promise: nil)
        case .end:
            guard let head else { return }
            self.head = nil
            answer(head, context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Who waits for an answer that takes long is not idle.
        if event is IdleStateHandler.IdleStateEvent, !isScraping { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        switch access.judge(authorization: head.headers["authorization"], host: head.headers["host"]) {
        case .allowed: break
        case .forbidden: return refuse(.forbidden, "This name does not lead here.", head, context)
        case .unavailable: return refuse(.serviceUnavailable, "metrics.token cannot be read; is the vault sealed?", head, context)
        case .unauthorized:
            return refuse(
                .unauthorized, "A bearer token is required (metrics.token).", head, context, [("WWW-Authenticate", "Bearer realm=\"peta\"")]
            )
        }
        guard head.uri.prefix(while: { $0 != "?" }) == "/metrics" else {
            return refuse(.notFound, "There is only /metrics here.", head, context)
        }
        guard head.method == .GET || head.method == .HEAD else {
            return refuse(.methodNotAllowed, "Only GET.", head, context, [("Allow", "GET, HEAD")])
        }
        let form = Self.form(head.headers["accept"])
        let loop = context.eventLoop
        let bound = NIOLoopBound(context, eventLoop: loop)
        let scraper = scraper
        isScraping = true
        loop.makeFutureWithTask { await scraper.scrape(form) }.whenSuccess { bytes in
            self.isScraping = false
            self.reply(.ok, form.contentType, bytes, head, bound.value)
        }
    }

    /// OpenMetrics for who asks for it by name; weights are not looked at, since whoever names it can read it.
    static func form(_ accept: [String]) -> Exposition.Form {
        accept.contains { $0.lowercased().contains("application/openmetrics-text") } ? .openMetrics : .text
    }

    private func refuse(
        _ status: HTTPResponseStatus, _ text: String, _ head: HTTPRequestHead, _ context: ChannelHandlerContext,
        _ fields: [(String, String)] = []
    ) {
        reply(status, "text/plain; charset=utf-8", Array((text + "\n").utf8), head, context, fields)
    }

    private func reply(
        _ status: HTTPResponseStatus, _ type: String, _ bytes: [UInt8], _ head: HTTPRequestHead, _ context: ChannelHandlerContext,
        _ fields: [(String, String)] = []
    ) {
        var headers = HTTPHeaders(fields)
        headers.add(name: "Content-Type", value: type)
        headers.add(name: "Content-Length", value: "\(bytes.count)")
        headers.add(name: "Cache-Control", value: "no-store")
        headers.add(name: "X-Content-Type-Options", value: "nosniff")
        if !head.isKeepAlive { headers.add(name: "Connection", value: "close") }
        context.write(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))), promise: nil)
        if head.method != .HEAD { context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil) }
        let done = context.eventLoop.makePromise(of: Void.self)
        if !head.isKeepAlive {
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            done.futureResult.whenComplete { _ in bound.value.close(promise: nil) }
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: done)
    }
}
