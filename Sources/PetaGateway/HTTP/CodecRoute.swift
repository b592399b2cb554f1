internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOPosix
internal import PetaDownstream
internal import PetaWire

/// The MCP endpoint behind the full HTTP codec: for the requests that the byte-level reader does not take (chunked
/// bodies, `Expect`, HTTP/1.0 …). They are put into the plain form and go the same way as all others.
struct CodecRoute: Sendable {
    let contexts: [LoopContext]

    func respond(_ request: Request, _ channel: any Channel) async throws -> Response {
        guard let context = contexts.first(where: { $0.loop === channel.eventLoop }) else { throw HTTPError(.internalServerError) }
        let method = request.method.rawValue
        guard ["POST", "GET", "DELETE"].contains(method) else {
            return Response(status: .methodNotAllowed, headers: [.allow: "GET, POST, DELETE"])
        }
        var text = "\(method) \(request.uri.string) HTTP/1.1\r\n"
        if let host = request.head.authority { text += "Host: \(host)\r\n" }
        for field in request.headers where Self.passed.contains(field.name.canonicalName) {
            text += "\(field.name.rawName): \(field.value)\r\n"
        }
        let limit = context.shared.settings.bodyBytes
        var body = ByteBuffer()
        if method == "POST" {
            do { body = try await request.body.collect(upTo: limit) } catch is NIOTooManyBytesError { throw HTTPError(.contentTooLarge) }
            text += "Content-Length: \(body.readableBytes)\r\n"
        }
        let headBytes = ByteBuffer(string: text + "\r\n")
        guard case .head(let head) = headBytes.withUnsafeReadableBytes({ RequestHead.read($0) }) else { throw HTTPError(.badRequest) }
        let address = channel.remoteAddress?.ipAddress ?? "unknown"
        let whole = body
        let responder = try await channel.eventLoop.flatSubmit {
            let responder = CodecResponder(context, address)
            var request = EndpointRequest(head: head, headBytes: headBytes)
            request.body = whole
            switch Admission.decide(request, context) {
            case .refused(let reply): responder.reply(reply)
            case .admitted(let principal):
                Endpoint(context).handle(request, principal, responder) { responder.makeStream() }
            }
            return responder.head.futureResult.map { _ in responder }
        }.get()
        return try await responder.response()
    }

    private static let passed: Set<String> = [
        "accept", "content-type", "authorization", "origin", "mcp-session-id", "mcp-protocol-version", "last-event-id", "traceparent",
    ]
}

/// Gathers an answer for the full codec.
// Touched on the context's loop; `parts` is a channel between threads.
private final class CodecResponder: Responder, @unchecked Sendable {
    let address: String
    /// Completes when status and kind of the answer are settled.
    let head: EventLoopPromise<Void>
    private let context: LoopContext
    private let parts: AsyncStream<(ByteBuffer, Int)>
    private let feed: AsyncStream<(ByteBuffer, Int)>.Continuation
    private var answer: Reply?
    private var stream: CodecStream?
    private var session: Session?

    init(_ context: LoopContext, _ address: String) {
        self.context = context
        self.address = address
        head = context.loop.makePromise()
        (parts, feed) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1024))
    }

    func reply(_ reply: Reply) {
        answer = reply
        feed.finish()
        head.succeed()
    }

    func openStream() { head.succeed() }

    func event(_ message: ByteBuffer) {
        // A client that lets a thousand events wait is cut off rather than served from memory without end.
        if case .dropped = feed.yield((ResponseEncoder.event(message), 0)) { feed.finish() }
    }

    func closeStream(held: Int) {
        context.shared.budget.release(held)
        feed.finish()
    }

    func makeStream() -> any NotificationStream {
        let made = CodecStream(self, context.loop)
        stream = made
        return made
    }

    func bind(to session: Session) {
        self.session = session
        let stream = stream
        feed.onTermination = { [loop = context.loop] _ in
            loop.execute { if let stream { session.detach(stream) } }
        }
    }

    func response() async throws -> Response {
        let settled = try await context.loop.submit { self.answer }.get()
        guard let reply = settled else {
            let parts = parts
            return Response(
                status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
                body: .init { writer in
                    for await (bytes, _) in parts { try await writer.write(bytes) }
                    try await writer.finish(nil)
                })
        }
        var headers = HTTPFields()
        if reply.length > 0 { headers[.contentType] = "application/json" }
        for line in reply.fields.split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":"), let name = HTTPField.Name(String(line[..<colon])) else { continue }
            headers[name] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        let pieces = [reply.body, reply.middle, reply.tail].compactMap { $0 }
        let budget = context.shared.budget
        return Response(
            status: .init(code: reply.status), headers: headers,
            body: .init(contentLength: reply.length) { writer in
                defer { budget.release(reply.held) }
                for piece in pieces { try await writer.write(piece) }
                try await writer.finish(nil)
            })
    }
}

/// A session's GET stream behind the full codec.
private final class CodecStream: NotificationStream, SessionBound, @unchecked Sendable {  // Hops onto the loop for all it does.
    private let responder: CodecResponder
    private let loop: any EventLoop

    init(_ responder: CodecResponder, _ loop: any EventLoop) {
        self.responder = responder
        self.loop = loop
    }

    func bind(to session: Session) { responder.bind(to: session) }

    func send(_ message: [UInt8]) {
        loop.execute { self.responder.event(ByteBuffer(bytes: message)) }
    }

    func finish() {
        loop.execute { self.responder.closeStream(held: 0) }
    }
}
