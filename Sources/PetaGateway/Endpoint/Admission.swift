internal import NIOCore
internal import PetaCrypto
internal import PetaIdentity
internal import PetaWire

/// What stands before a request is read: Host and Origin (MCP reference, section 4.6), then the bearer token or, on a Unix
/// socket, the user at the other end. Decided from the head alone, so that an unauthenticated body is never gathered.
enum Admission {
    case admitted(Principal)
    case refused(Reply)

    /// Decides; who is refused is recorded.
    static func decide(_ request: EndpointRequest, _ peer: Peer, _ context: LoopContext) -> Admission {
        do throws(Refusal) {
            return .admitted(try judge(request, peer, context))
        } catch {
            context.noteRefusedAccess(error.why, address: peer.address)
            return .refused(error.reply)
        }
    }

    /// Why somebody is not let in, in words for the audit, and what it is answered.
    private struct Refusal: Error {
        let why: String
        let reply: Reply
    }

    private static func judge(_ request: EndpointRequest, _ peer: Peer, _ context: LoopContext) throws(Refusal) -> Principal {
        let settings = context.shared.settings
        // No name leads to a Unix socket, so none can mislead a browser to it.
        if settings.isLoopback, peer.uid == nil, !request.with(request.head.host, { hostIsAllowed($0, settings) }) {
            throw Refusal(why: "Host is not allowed", reply: plain(403, "Host is not allowed"))
        }
        if !request.head.origin.isEmpty, !request.with(request.head.origin, { originIsAllowed($0, settings) }) {
            throw Refusal(why: "Origin is not allowed", reply: plain(403, "Origin is not allowed"))
        }
        func challenged(_ problem: String) -> Refusal { Refusal(why: problem, reply: challenge(problem)) }
        func missing() -> Refusal { Refusal(why: "no token", reply: challenge(nil)) }
        guard !request.head.authorization.isEmpty else {
            guard let uid = peer.uid else { throw missing() }
            guard let principal = context.snapshot.identity.principal(uid: uid) else {
                throw Refusal(why: "the local user is no user of this gateway", reply: stranger(uid))
            }
            return principal
        }
        switch request.with(request.head.authorization, { TokenFormat.parse($0) }) {
        case .token(let digest):
            guard let principal = context.snapshot.identity.principal(token: digest) else {
                throw challenged("the token is unknown, revoked or expired")
            }
            return principal
        case .malformed: throw challenged("the token is mistyped or cut off")
        case .foreign: throw challenged("this is no token of this gateway")
        case .absent: throw missing()
        }
    }

    /// Unmapped, disabled and expired are one answer.
    private static func stranger(_ uid: UInt32) -> Reply {
        plain(
            403,
            "The local user with id \(uid) is no user of this gateway. An administrator can change that: peta user update NAME --uid \(uid)"
        )
    }

    /// RFC 6750, section 3. No `error` where no credential came.
    private static func challenge(_ problem: String?) -> Reply {
        var reply = plain(401, "A bearer token is required")
        reply.fields =
            "WWW-Authenticate: Bearer realm=\"peta\""
            + (problem.map { ", error=\"invalid_token\", error_description=\"\($0)\"" } ?? "") + "\r\n"
        return reply
    }

    static func plain(_ status: Int, _ message: String, code: Int = -32600) -> Reply {
        var reply = Reply(status: status)
        reply.body = RPC.error(id: UnsafeRawBufferPointer(start: nil, count: 0), code: code, message: message)
        return reply
    }

    /// The host of `Host`, its port whatever it is: forwarded ports are common, foreign names are the attack.
    private static func hostIsAllowed(_ host: UnsafeRawBufferPointer, _ settings: GatewaySettings) -> Bool {
        let name = hostName(host)
        return isLoopback(name) || settings.allowedHosts.contains { $0.lowercased() == name.text.lowercased() }
    }

    private static func originIsAllowed(_ origin: UnsafeRawBufferPointer, _ settings: GatewaySettings) -> Bool {
        let text = origin.text
        guard !text.contains("@") else { return false }
        if settings.allowedOrigins.contains(text) { return true }
        for scheme in ["http://", "https://"] where text.hasPrefix(scheme) {
            return isLoopback(hostName(UnsafeRawBufferPointer(rebasing: origin[scheme.utf8.count...])))
        }
        return false
    }

    private static func hostName(_ authority: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        if authority.first == 0x5B, let end = authority.firstIndex(of: 0x5D) { return UnsafeRawBufferPointer(rebasing: authority[...end]) }
        return UnsafeRawBufferPointer(rebasing: authority.prefix { $0 != 0x3A })
    }

    private static func isLoopback(_ name: UnsafeRawBufferPointer) -> Bool {
        name.equals("127.0.0.1") || name.equalsIgnoringCase("localhost") || name.equals("[::1]")
    }
}
