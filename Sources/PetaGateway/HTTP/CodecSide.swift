internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTPTypesHTTP1
internal import PetaAudit
internal import PetaWire
internal import Synchronization

/// The full HTTP codec behind the byte-level reader: takes over the connections that were handed on, and serves
/// everything that is not the MCP endpoint.
final class CodecSide: Sendable {
    private let channel: HTTP1Channel
    private let logger: Logger

    init(contexts: [LoopContext], shared: GatewayShared) {
        logger = shared.logger
        let responder = Self.router(contexts, shared).buildResponder()
        let logger = logger
        channel = HTTP1Channel(
            responder: { request, writer, channel in
                var response: Response
                do {
                    response = try await responder.respond(
                        to: request, context: CodecContext(source: .init(channel: channel, logger: logger)))
                } catch let error as any HTTPResponseError {
                    response = try error.response(from: request, context: CodecContext(source: .init(channel: channel, logger: logger)))
                } catch {
                    // The cause goes to the log, once; the client learns nothing of it.
                    logger.error("a request failed", metadata: ["error": "\(error)"])
                    response = Response(status: .internalServerError)
                }
                let head = response.head
                try await writer.write(response: head, body: response.body)
            },
            configuration: .init(
                // `CodecDeadline` looks after the time, and answers before it closes.
                idleTimeout: nil,
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: shared.settings.headBytes, maxHeaderListSize: shared.settings.headBytes, maxHeaderFieldCount: 100)))
    }

    /// Puts the codec behind the connection and gives it what was read. On the connection's loop.
    func take(_ connection: any Channel, _ bytes: ByteBuffer) {
        let logger = logger
        let side = channel
        let bytes = NIOLoopBound(bytes, eventLoop: connection.eventLoop)
        side.setup(channel: connection, logger: logger).whenComplete { result in
            guard case .success(let value) = result else { return connection.close(promise: nil) }
            // The task ends with its connection, which the listener owns.
            Task { await side.handle(value: value, logger: logger) }
            let pipeline = connection.pipeline.syncOperations
            guard let front = try? pipeline.context(handlerType: FrontHandler.self), let handler = front.handler as? FrontHandler,
                let codec = try? pipeline.handler(type: HTTP1ToHTTPServerCodec.self),
                (try? pipeline.addHandler(CodecDeadline(handler.context), position: .before(handler))) != nil,
                (try? pipeline.addHandler(CodecGuard(bodyLimit: handler.context.settings.bodyBytes), position: .before(codec)))
                    != nil
            else { return connection.close(promise: nil) }
            front.fireChannelRead(NIOAny(bytes.value))
            front.fireChannelReadComplete()
            pipeline.removeHandler(context: front, promise: nil)
        }
    }

    private static func router(_ contexts: [LoopContext], _ shared: GatewayShared) -> Router<CodecContext> {
        let router = Router(context: CodecContext.self)
        router.get("/health") { _, _ in
            let problem =
                !shared.audit.isWritable ? "the audit cannot be written" : shared.ready.load(ordering: .acquiring) ? nil : "it is starting"
            let body =
                problem.map { "{\"status\":\"failing\",\"live\":true,\"ready\":false,\"reason\":\"\($0)\"}" }
                ?? "{\"status\":\"ok\",\"live\":true,\"ready\":true}"
            return Response(
                status: problem == nil ? .ok : .serviceUnavailable, headers: [.contentType: "application/json", .cacheControl: "no-store"],
                body: .init(byteBuffer: ByteBuffer(string: body)))
        }
        let route = CodecRoute(contexts: contexts)
        for method in [HTTPRequest.Method.get, .post, .delete, .put, .patch, .head, .options, .trace] {
            router.on("/mcp", method: method) { request, context in try await route.respond(request, context.channel) }
        }
        let user = UserRoute(contexts: contexts)
        for method in [HTTPRequest.Method.get, .post, .delete, .put, .patch, .head, .options, .trace] {
            router.on("/user", method: method) { request, context in try await user.respond(request, context.channel, .own) }
            router.on("/user/capabilities", method: method) { try await user.respond($0, $1.channel, .capabilities) }
            router.on("/user/preferences", method: method) { try await user.respond($0, $1.channel, .preferences) }
            router.on("/user/sessions", method: method) { try await user.respond($0, $1.channel, .sessions) }
        }
        return router
    }
}

/// A request's context that knows its connection.
struct CodecContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}
