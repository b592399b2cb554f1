internal import NIOCore
internal import PetaSocket

/// The other end of a connection, as the system tells it and not as it says itself.
struct Peer: Sendable {
    /// What the audit shows.
    let address: String
    /// The user of this machine at the other end of a Unix socket; nil on any other connection.
    let uid: UInt32?

    /// The peer of a TCP connection.
    init(tcp channel: any Channel) {
        address = channel.remoteAddress?.ipAddress ?? "unknown"
        uid = nil
    }

    /// The peer of a Unix socket.
    init(uid: UInt32) {
        address = "unix:uid=\(uid)"
        self.uid = uid
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
