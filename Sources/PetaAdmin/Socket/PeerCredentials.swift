import Glibc
import NIOCore
import PetaIdentity

/// The process at the other end of a Unix socket, as the kernel noted it when it connected.
enum PeerCredentials {
    /// `struct ucred` of <sys/socket.h>, which Glibc's module leaves out. Three words of 32 bits, so Swift lays it out alike.
    private struct Credentials {
        var pid: Int32
        var uid: UInt32
        var gid: UInt32
    }

    /// Nil when the kernel does not say, for instance because the peer is gone already.
    static func of(_ channel: any Channel) async -> LocalPeer? {
        guard let socket = channel as? any SocketOptionProvider else { return nil }
        let option = socket.unsafeGetSocketOption(level: .socket, name: .init(rawValue: SO_PEERCRED)) as EventLoopFuture<Credentials>
        guard let credentials = try? await option.get() else { return nil }
        return LocalPeer(uid: credentials.uid, pid: credentials.pid)
    }
}
