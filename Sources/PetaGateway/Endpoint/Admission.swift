internal import NIOCore
internal import PetaCrypto
internal import PetaIdentity
internal import PetaTelemetry
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
            return .refused(answer(error, peer, context))
        }
    }

    /// Why somebody is not let in, in words for the audit, and what it is answered.
    private struct Refusal: Error {
        enum Kind { case plain, badToken, network }
        let why: String
        let reply: Reply
        let reason: Rejection
        var kind = Kind.plain
    }

    /// Records a refusal and gives its answer. An address that tries too many tokens is told to wait, whatever the next one is; one that is
    /// good is let in all the same: with 256 random bits nothing is won by guessing, and behind one address can be many clients.
    private static func answer(_ refusal: Refusal, _ peer: Peer, _ context: LoopContext) -> Reply {
        context.tally.count(refusal.reason)
        if case .network = refusal.kind {
            context.noteLimited(rule: "network", refusal.why, source: source(peer), address: peer.address, nil)
            return refusal.reply
        }
        context.noteRefusedAccess(refusal.why, address: peer.address)
        guard case .badToken = refusal.kind, let ip = peer.ip,
            let wait = context.shared.failures.admit(ip, context.settings.rates.failures, now: NIODeadline.now().uptimeNanoseconds)
        else { return refusal.reply }
        var reply = plain(429, "Too many requests with tokens that are none")
        reply.fields = "Retry-After: \(OverRate.seconds(wait))\r\n"
        return reply
    }

    /// What refusals are told apart by: of IPv6 the /64, so that one customer is one source.
    private static func source(_ peer: Peer) -> String { peer.ip.map { AddressMeters.key($0).description } ?? peer.address }

    /// Asks the address list. In mode `report` who is not on it is let in, and recorded.
    private static func checkNetwork(_ peer: Peer, _ principal: Principal?, _ context: LoopContext) throws(Refusal) {
        let list = context.snapshot.network
        guard list.mode != .off, peer.isRemote else { return }
        let isCovered = principal.map { list.covers(peer.ip, workspace: $0.workspace) } ?? list.covers(peer.ip)
        guard !isCovered else { return }
        let why = principal.map { "the address is not on the list of workspace '\($0.workspace)'" } ?? "the address is not on the list"
        guard list.mode == .enforce else {
            return context.noteLimited(
                rule: "network report", why, source: source(peer), address: peer.address, principal, isRefused: false)
        }
        // Which list it was is nothing for who is refused by it.
        throw Refusal(why: why, reply: plain(403, "Forbidden from this address"), reason: .network, kind: .network)
    }

    private static func judge(_ request: EndpointRequest, _ peer: Peer, _ context: LoopContext) throws(Refusal) -> Principal {
        try checkNetwork(peer, nil, context)
        let principal = try authenticate(request, peer, context)
        try checkNetwork(peer, principal, context)
        return principal
    }

    private static func authenticate(_ request: EndpointRequest, _ peer: Peer, _ context: LoopContext) throws(Refusal) -> Principal {
        let settings = context.settings
        // No name leads to a Unix socket, so none can mislead a browser to it.
        if settings.isLoopback, peer.uid == nil, !request.with(request.head.host, { hostIsAllowed($0, settings) }) {
            throw Refusal(why: "Host is not allowed", reply: plain(403, "Host is not allowed"), reason: .host)
        }
        if !request.head.origin.isEmpty, !request.with(request.head.origin, { originIsAllowed($0, settings) }) {
            throw Refusal(why: "Origin is not allowed", reply: plain(403, "Origin is not allowed"), reason: .origin)
        }
        func challenged(_ problem: String) -> Refusal {
            Refusal(why: problem, reply: challenge(problem), reason: .badToken, kind: .badToken)
        }
        func missing() -> Refusal { Refusal(why: "no token", reply: challenge(nil), reason: .noToken) }
        guard !request.head.authorization.isEmpty else {
            guard let uid = peer.uid else { throw missing() }
            guard let principal = context.snapshot.identity.principal(uid: uid) else {
                throw Refusal(why: "the local user is no user of this gateway", reply: stranger(uid), reason: .unknownUser)
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
