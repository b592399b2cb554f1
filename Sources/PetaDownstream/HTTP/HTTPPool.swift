internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Keep-alive connections to one server on one event loop. Newest first, so that the oldest fall idle and are closed.
final class HTTPPool: ExchangeCarrier, @unchecked Sendable {  // Touched on `loop` only.
    /// Connections of one loop; more calls wait.
    static let connectionLimit = 256
    /// Calls of one loop that wait for a connection; more are refused.
    static let waitingLimit = 1024
    /// A connection that lay idle this long is not used again: many servers close theirs after 5 s.
    static let idleLimit = TimeAmount.seconds(4)

    let loop: any EventLoop
    /// Keeps the link alive until it is closed.
    var link: HTTPLink?
    private var idle: [HTTPConnection] = []
    private var open: [ObjectIdentifier: HTTPConnection] = [:]
    private var connecting = 0
    private var waiting: CircularBuffer<Exchange> = []
    private var closed = false
    private var sweeping = false

    init(loop: any EventLoop) { self.loop = loop }

    func send(_ exchange: Exchange) {
        guard let link, !closed else { return exchange.end(.notSent("the connection was closed")) }
        let now = NIODeadline.now()
        while let connection = idle.popLast() {
            if connection.isUsable, now - connection.idleSince < Self.idleLimit { return connection.start(exchange) }
            connection.close()
        }
        if open.count + connecting < Self.connectionLimit {
            connect(for: exchange, link)
        } else if waiting.count < Self.waitingLimit {
            exchange.carrier = self
            waiting.append(exchange)
        } else {
            exchange.end(.busy)
        }
    }

    private func connect(for exchange: Exchange, _ link: HTTPLink) {
        connecting += 1
        exchange.carrier = self
        let target = link.target
        let connection = HTTPConnection(pool: self, link: link)
        ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(.seconds(10))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls = target.tls {
                        let isAddress = target.host.utf8.contains(0x3A) || target.host.utf8.allSatisfy { $0 == 0x2E || $0 &- 0x30 < 10 }
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: isAddress ? nil : target.host))
                    }
                    try channel.pipeline.syncOperations.addHandler(connection)
                }
            }
            .connect(host: target.host, port: target.port)
            .whenComplete { [self] result in
                connecting -= 1
                switch result {
                case .failure(let error):
                    exchange.end(.notSent("cannot connect to \(target.host):\(target.port): \(Self.reason(error))"))
                    if open.isEmpty, connecting == 0 {
                        while let next = waiting.popFirst() { next.end(.notSent("cannot connect to \(target.host):\(target.port)")) }
                    }
                case .success:
                    guard !closed, connection.isUsable else {
                        connection.close()
                        return exchange.end(.notSent("the connection was closed"))
                    }
                    open[ObjectIdentifier(connection)] = connection
                    if exchange.phase == .done { becameIdle(connection) } else { connection.start(exchange) }
                }
            }
    }

    private static func reason(_ error: any Error) -> String {
        if let error = error as? NIOConnectionError {
            if let first = error.connectionErrors.first { return reason(first.error) }
            if error.dnsAError != nil || error.dnsAAAAError != nil { return "the name cannot be resolved" }
        }
        if let error = error as? IOError { return String(cString: strerror(error.errnoCode)) }
        if error is ChannelError { return "no answer in time" }
        return "\(type(of: error))"
    }

    func becameIdle(_ connection: HTTPConnection) {
        guard !closed, connection.isUsable else { return connection.close() }
        while let next = waiting.popFirst() {
            if next.phase != .done { return connection.start(next) }
        }
        connection.idleSince = .now()
        idle.append(connection)
        sweep()
    }

    /// Closes what lies idle too long, as long as anything lies idle.
    private func sweep() {
        guard !sweeping, !idle.isEmpty else { return }
        sweeping = true
        loop.scheduleTask(in: Self.idleLimit) { [self] in
            sweeping = false
            let now = NIODeadline.now()
            for connection in idle where now - connection.idleSince >= Self.idleLimit { connection.close() }
            idle.removeAll { !$0.isUsable }
            sweep()
        }
    }

    func gone(_ connection: HTTPConnection) {
        open.removeValue(forKey: ObjectIdentifier(connection))
        idle.removeAll { $0 === connection }
        // Who waited for this one gets a new one.
        while let link, !closed, let next = waiting.popFirst() {
            if next.phase != .done { return connect(for: next, link) }
        }
    }

    func abandon(_ exchange: Exchange) {
        waiting.removeAll { $0 === exchange }
    }

    func respond(_ response: ByteBuffer, for exchange: Exchange) {}

    func close() {
        closed = true
        while let next = waiting.popFirst() { next.end(.notSent("the connection was closed")) }
        for connection in open.values { connection.close() }
        idle = []
        link = nil
    }
}
