package import NIOCore
import NIOHTTP1
package import NIOPosix
package import NIOSSL
import Synchronization

/// Serves `/metrics` on addresses of its own. It has nothing to do with the gateway's listener: neither its limits nor its users.
package struct MetricsServer: Sendable {
    /// Connections at most; scrapers are few.
    private static let connectionLimit = 32

    private let scraper: Scraper
    private let open = Count()

    final class Count: Sendable { let value = Atomic<Int>(0) }

    /// - Parameter render: what is answered; one scrape at a time.
    package init(render: @escaping @Sendable (Exposition.Form) async -> [UInt8]) { scraper = Scraper(render: render) }

    /// What takes connections on an address; to be bound.
    package func bootstrap(
        _ group: any EventLoopGroup, access: MetricsAccess, tls: @escaping @Sendable () -> NIOSSLContext?
    ) -> ServerBootstrap {
        let (scraper, open) = (scraper, open)
        return ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 64)
            .childChannelInitializer { channel in
                guard open.value.wrappingAdd(1, ordering: .relaxed).newValue <= Self.connectionLimit else {
                    open.value.wrappingSubtract(1, ordering: .relaxed)
                    return channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
                }
                channel.closeFuture.whenComplete { _ in open.value.wrappingSubtract(1, ordering: .relaxed) }
                return channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls = tls() { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
                    try pipeline.addHandler(IdleStateHandler(allTimeout: .seconds(60)))
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                    try pipeline.addHandler(MetricsHandler(access: access, scraper: scraper))
                }
            }
    }
}

/// Makes one scrape at a time; whoever asks meanwhile for the same form gets the same answer.
actor Scraper {
    private let render: @Sendable (Exposition.Form) async -> [UInt8]
    private var running: [Exposition.Form: Task<[UInt8], Never>] = [:]

    init(render: @escaping @Sendable (Exposition.Form) async -> [UInt8]) { self.render = render }

    func scrape(_ form: Exposition.Form) async -> [UInt8] {
        if let running = running[form] { return await running.value }
        let render = render
        // Owned by this actor until it is done; it always ends.
        let task = Task { await render(form) }
        running[form] = task
        let bytes = await task.value
        running[form] = nil
        return bytes
    }
}
