internal import NIOCore
internal import PetaIdentity
internal import PetaWire

/// Who stands behind a proxy. Without configured proxies, and from anybody else, no header field is looked at.
enum Forwarding {
    /// Whom a request is from: the peer itself, unless that is a proxy.
    static func client(of request: EndpointRequest, _ peer: Peer, _ context: LoopContext) -> Peer {
        let settings = context.settings
        guard !settings.trustedProxies.isEmpty, let ip = peer.ip, settings.trustedProxies.contains(ip) else { return peer }
        let header = settings.proxyHeader
        let outcome = request.headBytes.withUnsafeReadableBytes { bytes in
            ForwardedField.read(RequestHead.values(of: header.field, in: bytes), as: header, settings.trustedProxies)
        }
        switch outcome {
        case .none: return peer
        case .client(let address): return Peer(client: address)
        case .unreadable:
            context.noteUnreadableProxy(peer.address)
            return peer
        }
    }
}
