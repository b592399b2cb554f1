internal import NIOCore
internal import NIOHTTP1

/// Stands behind the HTTP/1 codec: refuses what a strict reader must refuse, puts targets into one form, answers
/// `Expect`, and ends the connection with the answer, so that nothing that follows an odd request is read as another.
final class CodecGuard: ChannelDuplexHandler, @unchecked Sendable {  // Touched on its loop only.
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State { case waiting, passing, answered }
    private var state = State.waiting
    private var began = false
    private var isGet = false
    private var isModern = false
    private let bodyLimit: Int

    init(bodyLimit: Int) { self.bodyLimit = bodyLimit }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (state, unwrapInboundIn(data)) {
        case (.waiting, .head(let head)):
            guard let plain = Self.plain(head) else { return refuse(context, .badRequest) }
            if head.headers[canonicalForm: "transfer-encoding"].contains(where: { $0.lowercased() != "chunked" }) {
                return refuse(context, .notImplemented)
            }
            state = .passing
            isGet = head.method == .GET
            isModern = head.headers.first(name: "mcp-protocol-version") == "2026-07-28"
            if head.headers.contains(name: "expect") {
                let asked = head.headers[canonicalForm: "expect"]
                guard asked.count == 1, asked[0].lowercased() == "100-continue" else { return refuse(context, .expectationFailed) }
                // Whoever will be refused by the head is not invited to send a body.
                let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
                if head.version == .http1_1, length <= bodyLimit, head.headers.contains(name: "authorization") {
                    context.writeAndFlush(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
                }
            }
            context.fireChannelRead(wrapInboundOut(.head(plain)))
        case (.passing, .body(let bytes)): context.fireChannelRead(wrapInboundOut(.body(bytes)))
        case (.passing, .end):
            // Trailers mean nothing here and are not passed on. A request behind this one is not read: `close` says so.
            context.fireChannelRead(wrapInboundOut(.end(nil)))
            state = .answered
        default: break
        }
    }

    /// The head with one Host and an origin-form target; nil where it must be refused (RFC 9112, sections 3.2 and 6.1).
    private static func plain(_ head: HTTPRequestHead) -> HTTPRequestHead? {
        var head = head
        let hosts = head.headers["host"]
        guard hosts.count <= 1, hosts.count == 1 || head.version == .http1_0 else { return nil }
        guard !(head.headers.contains(name: "transfer-encoding") && head.headers.contains(name: "content-length")) else { return nil }
        guard !(head.headers.contains(name: "transfer-encoding") && head.version == .http1_0) else { return nil }
        let lower = head.uri.lowercased()
        for scheme in ["http://", "https://"] where lower.hasPrefix(scheme) {
            // The target's authority counts, whatever Host says (RFC 9112, section 3.2.2).
            let rest = head.uri.dropFirst(scheme.count)
            let authority = rest.prefix { $0 != "/" && $0 != "?" }
            let path = rest[authority.endIndex...]
            head.headers.replaceOrAdd(name: "Host", value: String(authority))
            head.uri = path.hasPrefix("/") ? String(path) : "/" + path
        }
        // Nobody is upgraded here; a codec that saw the wish would stop reading.
        head.headers.remove(name: "upgrade")
        head.headers.remove(name: "expect")
        return head
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            began = true
            head.headers.replaceOrAdd(name: "Connection", value: "close")
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            let written = promise ?? context.eventLoop.makePromise()
            let channel = context.channel
            written.futureResult.whenComplete { _ in
                // Half closed first: a client that is still sending must be able to read the answer.
                channel.close(mode: .output, promise: nil)
                channel.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
            }
            context.writeAndFlush(data, promise: written)
        default: context.write(data, promise: promise)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Who closes its half behind a POST still reads the answer; who does so under a stream, or in the modern era, has gone.
        if event as? ChannelEvent == .inputClosed, isGet && began || isModern && state == .answered { return context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError else { return context.fireErrorCaught(error) }
        refuse(context, (error as? HTTPParserError) == .headerOverflow ? .requestHeaderFieldsTooLarge : .badRequest)
    }

    private func refuse(_ context: ChannelHandlerContext, _ status: HTTPResponseStatus) {
        state = .answered
        guard !began else { return context.close(promise: nil) }
        began = true
        let headers = HTTPHeaders([("Content-Length", "0"), ("Connection", "close")])
        context.write(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))), promise: nil)
        let channel = context.channel
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenComplete { _ in
            channel.close(mode: .output, promise: nil)
            channel.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    }
}
