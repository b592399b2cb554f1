internal import NIOCore
internal import PetaSocket
internal import PetaWire

/// The other end of a connection, as the system tells it and not as it says itself.
struct Peer: Sendable {
    /// What the audit shows.
    let address: String
    /// The same, as limits and address lists judge it; nil on a Unix socket, of which they know nothing.
    let ip: IPAddress?
    /// The user of this machine at the other end of a Unix socket; nil on any other connection.
    let uid: UInt32?

    /// The peer of a TCP connection.
    init(tcp channel: any Channel) {
        let text = channel.remoteAddress?.ipAddress
        ip = text.flatMap { IPAddress($0) }
        // An IPv4 address that came through a socket of IPv6 is shown as what it is.
        address = (ip.map { !$0.isV6 } ?? false) ? ip?.description ?? "unknown" : text ?? "unknown"
        uid = nil
    }

    /// The client behind a proxy.
    init(client ip: IPAddress) {
        self.ip = ip
        address = ip.description
        uid = nil
    }

    /// True on a connection that came over the network.
    var isRemote: Bool { uid == nil }

    /// The peer of a Unix socket.
    init(uid: UInt32) {
        address = "unix:uid=\(uid)"
        self.uid = uid
        ip = nil
    }

    /// The peer of a connection of either kind. Fails where the kernel does not say who is at the other end of a Unix socket.
    static func of(_ channel: any Channel) -> EventLoopFuture<Peer> {
        guard case .unixDomainSocket? = channel.localAddress else { return channel.eventLoop.makeSucceededFuture(Peer(tcp: channel)) }
        return PeerCredentials.of(channel).flatMapThrowing { found in
            guard let found else { throw ChannelError.inappropriateOperationForState }
            return Peer(uid: found.uid)
        }
    }
}
