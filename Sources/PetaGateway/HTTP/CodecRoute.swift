internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOPosix
internal import PetaDownstream
internal import PetaIdentity
internal import PetaTelemetry
internal import PetaWire
internal import Synchronization

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
        // From the parts, so that an absolute-form target (RFC 9112, section 3.2.2) becomes the plain one.
        let query = request.uri.query.map { "?" + $0 } ?? ""
        var text = "\(method) \(request.uri.path)\(query) HTTP/1.1\r\n"
        if let host = request.head.authority { text += "Host: \(host)\r\n" }
        // Lines of one list field are one list (RFC 9110, section 5.3); of any other field there may be one.
        for name in Self.passed {
            guard let field = HTTPField.Name(name), let value = request.headers[field] else { continue }
            // No request is refused for its trace; two of them are none.
            if name == "traceparent", request.headers[values: field].count > 1 { continue }
            guard Self.lists.contains(name) || request.headers[values: field].count == 1 else { throw HTTPError(.badRequest) }
            // An empty field says as much as none.
            if !value.isEmpty { text += "\(name): \(value)\r\n" }
        }
        for field in request.headers where field.name.canonicalName.hasPrefix("mcp-param-") { text += "\(field.name): \(field.value)\r\n" }
        let end = try await Peer.of(channel).get()
        // Who it is comes first: nothing of a body is gathered for a stranger.
        let (peer, first) = try await admission(Self.head(text, method, 0), end, context)
        if case .refused(let reply) = first {
            return Self.answer(reply)
        }
        let limit = context.shared.current.bodyBytes
        if let length = request.headers[.contentLength], Int(length) ?? .max > limit {
            return await Self.tooLarge(context, Admission.plain(413, "The body is larger than limits.bodyBytes allows"))
        }
        var body = ByteBuffer()
        if method == "POST" {
            do { body = try await request.body.collect(upTo: limit) } catch is NIOTooManyBytesError {
                return await Self.tooLarge(context, Admission.plain(413, "The body is larger than limits.bodyBytes allows"))
            }
        }
        let (head, headBytes) = try Self.head(text, method, body.readableBytes)
        let whole = body
        let responder = try await channel.eventLoop.flatSubmit {
            let responder = CodecResponder(context, peer, channel)
            var request = EndpointRequest(head: head, headBytes: headBytes)
            request.body = whole
            switch Admission.decide(request, peer, context) {
            case .refused(let reply): responder.reply(reply)
            case .admitted(let principal):
                responder.principal = principal
                Endpoint(context).handle(request, principal, responder) { responder.makeStream() }
            }
            return responder.head.futureResult.map { _ in responder }
        }.get()
        return try await responder.response()
    }

    /// The plain form of the head, read by the reader of the plain form.
    private static func head(_ text: String, _ method: String, _ length: Int) throws -> (RequestHead, ByteBuffer) {
        let bytes = ByteBuffer(string: text + (method == "POST" ? "Content-Length: \(length)\r\n\r\n" : "\r\n"))
        guard case .head(let head) = bytes.withUnsafeReadableBytes({ RequestHead.read($0) }) else { throw HTTPError(.badRequest) }
        return (head, bytes)
    }

    /// Whom the request is from, and whether it is let in.
    private func admission(
        _ head: (RequestHead, ByteBuffer), _ end: Peer, _ context: LoopContext
    ) async throws -> (Peer, Admission) {
        try await Self.admission(head, end, context)
    }

    private static func admission(
        _ head: (RequestHead, ByteBuffer), _ end: Peer, _ context: LoopContext
    ) async throws -> (Peer, Admission) {
        let (parsed, bytes) = head
        return try await context.loop.submit {
            let request = EndpointRequest(head: parsed, headBytes: bytes)
            let peer = Forwarding.client(of: request, end, context)
            return (peer, Admission.decide(request, peer, context))
        }.get()
    }

    /// Whether a request for another path than the endpoint's is let in, by the same rule.
    static func admission(_ request: Request, _ peer: Peer, _ context: LoopContext) async throws -> (Peer, Admission) {
        var text = "GET /mcp HTTP/1.1\r\n"
        if let host = request.head.authority { text += "Host: \(host)\r\n" }
        for field in [HTTPField.Name.authorization, .origin] {
            let values = request.headers[values: field]
            guard values.count <= 1 else { throw HTTPError(.badRequest) }
            if let value = values.first, !value.isEmpty { text += "\(field): \(value)\r\n" }
        }
        for name in ["x-forwarded-for", "forwarded"] {
            guard let field = HTTPField.Name(name) else { continue }
            let values = request.headers[values: field].filter { !$0.isEmpty }
            if !values.isEmpty { text += "\(name): \(values.joined(separator: ", "))\r\n" }
        }
        return try await admission(try head(text, "GET", 0), peer, context)
    }

    private static func tooLarge(_ context: LoopContext, _ reply: Reply) async -> Response {
        try? await context.loop.submit { context.tally.count(.tooLarge) }.get()
        return answer(reply)
    }

    /// An answer behind which the connection closes, since the body was not read.
    static func answer(_ reply: Reply) -> Response {
        var response = CodecResponder.plain(reply)
        response.headers[.connection] = "close"
        return response
    }

    private static let passed = [
        "accept", "content-type", "authorization", "origin", "mcp-session-id", "mcp-protocol-version", "last-event-id", "traceparent",
        "tracestate", "mcp-method", "mcp-name", "x-forwarded-for", "forwarded",
    ]
    private static let lists: Set = ["accept", "x-forwarded-for", "forwarded", "tracestate"]
}

/// Gathers an answer for the full codec.
// Touched on the context's loop; `parts` is a channel between threads.
private final class CodecResponder: Responder, SweptConnection, @unchecked Sendable {
    var address: String { peer.address }
    var ip: IPAddress? { peer.ip }
    var principal: Principal?
    private let peer: Peer
    /// Completes when status and kind of the answer are settled.
    let head: EventLoopPromise<Void>
    private let context: LoopContext
    private let channel: any Channel
    private let parts: AsyncStream<ByteBuffer>
    private let feed: AsyncStream<ByteBuffer>.Continuation
    /// Bytes of events that were not taken yet.
    private let unsent = Atomic<Int>(0)
    /// Bytes of the largest piece: so much more may wait.
    private var allowance = 0
    private var answer: Reply?
    private var stream: CodecStream?
    private var session: Session?
    private var gone: (() -> Void)?
    private var isOver = false

    /// Events that may wait for a client that does not read, in number and in bytes, as for the byte-level reader.
    private static let countLimit = 256
    private static let byteLimit = 1 << 20

    init(_ context: LoopContext, _ peer: Peer, _ channel: any Channel) {
        self.context = context
        self.peer = peer
        self.channel = channel
        head = context.loop.makePromise()
        (parts, feed) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.countLimit))
        // When the client goes, the session's stream goes with it, whether or not anybody was writing.
        channel.closeFuture.whenComplete { [weak self] _ in self?.ended() }
    }

    func onGone(_ gone: (() -> Void)?) {
        // The client may have gone before anybody asked.
        if isOver { gone?() } else { self.gone = gone }
    }

    private func ended() {
        isOver = true
        context.remove(self)
        let lost = gone
        gone = nil
        lost?()
        if let stream { session?.streams.detach(stream) }
        session = nil
        stream = nil
        feed.finish()
    }

    func reply(_ reply: Reply) {
        answer = reply
        feed.finish()
        head.succeed()
    }

    func openStream() {
        if !isOver { context.add(self) }
        head.succeed()
    }

    func judge(_ list: AddressList) {
        guard peer.isRemote else { return }
        let workspace = principal.flatMap { context.snapshot.identity.current($0)?.workspace }
        if list.refuses(peer.ip, workspace: workspace) { cutOff() }
    }

    // Both are `CodecDeadline`'s.
    func sweep(_ now: NIODeadline) {}
    func drain() {}

    func event(_ message: ByteBuffer) { put(ResponseEncoder.event(message)) }

    func events(_ events: ByteBuffer) { put(events) }

    /// A client that does not read is cut off rather than served from memory without end.
    private func put(_ bytes: ByteBuffer) {
        guard !isOver else { return }
        guard unsent.load(ordering: .relaxed) < Self.byteLimit + allowance else { return cutOff() }
        allowance = max(allowance, bytes.readableBytes)
        unsent.wrappingAdd(bytes.readableBytes, ordering: .relaxed)
        if case .dropped = feed.yield(bytes) { cutOff() }
    }

    private func cutOff() {
        ended()
        channel.close(promise: nil)
    }

    func closeStream(share: BudgetShare?) { feed.finish() }

    // Behind the codec every connection ends with its answer.
    func dropStream() { feed.finish() }

    func makeStream() -> any EventSink {
        let made = CodecStream(self, context.loop)
        stream = made
        return made
    }

    func bind(to session: Session) { self.session = session }

    func response() async throws -> Response {
        let settled = try await context.loop.submit { self.answer }.get()
        guard let reply = settled else {
            let parts = parts
            return Response(
                status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
                body: .init { writer in
                    // The responder lives as long as its answer is being written: the session's stream knows it weakly.
                    defer { withExtendedLifetime(self) {} }
                    for await bytes in parts {
                        try await writer.write(bytes)
                        self.unsent.wrappingSubtract(bytes.readableBytes, ordering: .relaxed)
                    }
                    try await writer.finish(nil)
                })
        }
        return Self.plain(reply)
    }

    static func plain(_ reply: Reply) -> Response {
        var headers = HTTPFields()
        if reply.length > 0 { headers[.contentType] = "application/json" }
        for line in reply.fields.split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":"), let name = HTTPField.Name(String(line[..<colon])) else { continue }
            headers[name] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        let pieces = [reply.body, reply.middle, reply.tail].compactMap { $0 }
        // The share lives as long as the body's writer, written or not.
        let share = reply.share
        return Response(
            status: .init(code: reply.status), headers: headers,
            body: .init(contentLength: reply.length) { writer in
                for piece in pieces { try await writer.write(piece) }
                try await writer.finish(nil)
                withExtendedLifetime(share) {}
            })
    }
}

/// A stream of a session behind the full codec.
private final class CodecStream: EventSink, SessionBound, @unchecked Sendable {  // Hops onto the loop for all it does.
    private weak var responder: CodecResponder?
    private let loop: any EventLoop

    init(_ responder: CodecResponder, _ loop: any EventLoop) {
        self.responder = responder
        self.loop = loop
    }

    func bind(to session: Session) { responder?.bind(to: session) }

    func send(_ events: ByteBuffer) {
        loop.execute { self.responder?.events(events) }
    }

    func finish() {
        loop.execute { self.responder?.closeStream(share: nil) }
    }

    func replace() { finish() }
}
