import Glibc
package import NIOCore

/// The process at the other end of a Unix socket, as the kernel noted it when it connected.
package struct PeerCredentials: Sendable, Equatable {
    package let uid: UInt32
    package let pid: Int32

    /// `struct ucred` of <sys/socket.h>, which Glibc's module leaves out. Three words of 32 bits, so Swift lays it out alike.
    private struct Credentials {
        var pid: Int32
        var uid: UInt32
        var gid: UInt32
    }

    /// Fails or gives nil when the kernel does not say, for instance because the peer is gone already. Settled at once on the channel's loop.
    package static func of(_ channel: any Channel) -> EventLoopFuture<PeerCredentials?> {
        guard let socket = channel as? any SocketOptionProvider else { return channel.eventLoop.makeSucceededFuture(nil) }
        let option = socket.unsafeGetSocketOption(level: .socket, name: .init(rawValue: SO_PEERCRED)) as EventLoopFuture<Credentials>
        return option.map { PeerCredentials(uid: $0.uid, pid: $0.pid) }
    }
}
