package import NIOCore
internal import NIOPosix
package import NIOSSL
internal import Synchronization

/// Where connections come in, for the whole life of the process: it hands each to the gateway that is open, and while none is, because the
/// vault is sealed, to the side that says so. So an address stays while gateways come and go behind it.
package final class FrontDoor: Sendable {
    private let gateway = Mutex<Gateway?>(nil)
    private let sealed: SealedSide

    /// Nothing is open behind it.
    package init(settings: GatewaySettings) {
        sealed = SealedSide(settings)
    }

    /// Hands connections to a gateway from now on.
    package func open(_ gateway: Gateway) { self.gateway.withLock { $0 = gateway } }

    /// Tells new connections that the vault is sealed. Those of before are the gateway's to end.
    package func seal() { gateway.withLock { $0 = nil } }

    /// Listens until `close` is called on what it returns.
    package func listen(host: String, port: Int, tls: @escaping @Sendable () -> NIOSSLContext?, group: any EventLoopGroup) async throws
        -> any Channel
    {
        try await bootstrap(group, tls: tls)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .bind(host: host, port: port).get()
    }

    /// The same on a Unix socket, where a peer without a token is the user that its uid is mapped to.
    package func listen(path: String, group: any EventLoopGroup) async throws -> any Channel {
        try await bootstrap(group, tls: { nil }).bind(unixDomainSocketPath: path).get()
    }

    private func bootstrap(_ group: any EventLoopGroup, tls: @escaping @Sendable () -> NIOSSLContext?) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                guard let gateway = self.gateway.withLock({ $0 }) else { return self.sealed.serve(channel, tls()) }
                return gateway.serve(channel, tls: tls)
            }
    }
}
