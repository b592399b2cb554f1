package import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Sends what the gateway tells others: one POST, one connection, one answer of bounded size. Nothing of it is on the path of a call.
///
/// It follows no redirection, keeps no connection, and retries nothing: whoever sends knows whether that may be done twice.
package struct OutboundClient: Sendable {
    /// How long connecting may take, at most.
    private static let connectTimeout = TimeAmount.seconds(10)

    private let group: any EventLoopGroup
    private let agent: String
    private let trust: OutboundTrust

    /// Opens nothing yet.
    ///
    /// - Parameters:
    ///   - agent: the value of `User-Agent`.
    ///   - trustFile: PEM certificates that are trusted in place of the system's; for tests.
    package init(group: any EventLoopGroup, agent: String, trustFile: String? = nil) {
        self.group = group
        self.agent = agent
        trust = OutboundTrust(file: trustFile)
    }

    /// Sends the request and gives what came back, whatever its status. Cancelling the task closes the connection.
    package func post(_ request: OutboundRequest) async throws(OutboundFailure) -> OutboundResponse {
        if Task.isCancelled { throw .cancelled }
        let tls = request.url.isSecure ? try trust.context() : nil
        let loop = group.next()
        let answer = loop.makePromise(of: OutboundResponse.self)
        // The clock runs from here, so that a slow resolver counts too.
        let clock = loop.scheduleTask(in: TimeAmount(request.timeout)) { answer.fail(OutboundFailure.timeout) }
        let channel = connect(request, tls, on: loop, answer)
        defer {
            clock.cancel()
            channel.whenSuccess { $0.close(promise: nil) }
        }
        do {
            return try await withTaskCancellationHandler {
                try await answer.futureResult.get()
            } onCancel: {
                answer.fail(OutboundFailure.cancelled)
            }
        } catch {
            throw (error as? OutboundFailure) ?? .lost("\(type(of: error))")
        }
    }

    /// The channel, once it is connected; the promise is settled by its exchange, or fails here.
    private func connect(
        _ request: OutboundRequest, _ tls: NIOSSLContext?, on loop: any EventLoop, _ answer: EventLoopPromise<OutboundResponse>
    ) -> EventLoopFuture<any Channel> {
        let url = request.url
        let head = head(of: request)
        let body = ByteBuffer(bytes: request.body)
        let bodyLimit = request.bodyLimit
        let channel = ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(min(Self.connectTimeout, TimeAmount(request.timeout)))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: url.serverName)) }
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(OutboundExchange(head: head, body: body, bodyLimit: bodyLimit, answer: answer))
                }
            }
            .connect(host: url.host, port: url.port)
        channel.whenFailure { answer.fail(OutboundFailure(connecting: $0, to: url)) }
        return channel
    }

    private func head(of request: OutboundRequest) -> HTTPRequestHead {
        var headers = HTTPHeaders()
        headers.add(name: "Host", value: request.url.authority)
        headers.add(name: "User-Agent", value: agent)
        headers.add(name: "Connection", value: "close")
        headers.add(name: "Content-Length", value: "\(request.body.count)")
        for (name, value) in request.headers { headers.add(name: name, value: value) }
        return HTTPRequestHead(version: .http1_1, method: .POST, uri: request.url.target, headers: headers)
    }
}
