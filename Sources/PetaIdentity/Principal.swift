package import Foundation
import PetaCrypto
package import PetaWire

/// Who is behind a call, with everything a decision about it needs. Immutable: a change makes a new one.
package final class Principal: Sendable {
    package let userID: String
    package let userName: String
    package let role: Role
    /// Nil when the call did not come by a token, as on the admin socket and often on an MCP socket.
    package let tokenID: String?
    package let tokenExpiresAt: Date?
    /// The user's free attributes.
    package let labels: [String: String]
    /// What the user was given.
    package let servers: ServerAccess
    /// The whole servers that the token is narrowed to; nil when it is not narrowed.
    package let tokenServers: Set<String>?
    /// What is finer than whole servers, by server. Empty for most, so that a call looks no further.
    package let finer: [String: ServerRights]
    /// The earlier of the user's and the token's expiry.
    package let validUntil: Date?
    /// The process behind a request on the admin socket.
    package let peer: LocalPeer?
    /// The user of this machine whose process this is; nil when a token says who it is.
    package let localUID: UInt32?

    package let workspace: String
    /// What it may use of the gateway, and what it has used.
    package let allowance: Allowance

    let digest: SHA256Digest?
    let mark: UseMark

    init(
        userID: String, userName: String, role: Role, labels: [String: String] = [:], tokenID: String?, tokenExpiresAt: Date?,
        servers: ServerAccess, tokenServers: Set<String>?, finer: [String: ServerRights] = [:], validUntil: Date?, peer: LocalPeer?,
        localUID: UInt32? = nil,
        digest: SHA256Digest?, mark: UseMark,
        workspace: String = Workspace.standard,
        allowance: Allowance = Allowance(userRate: nil, tokenRate: nil, concurrent: nil, usage: UserUsage(), tokenMeter: nil)
    ) {
        self.userID = userID
        self.userName = userName
        self.role = role
        self.labels = labels
        self.tokenID = tokenID
        self.tokenExpiresAt = tokenExpiresAt
        self.servers = servers
        self.tokenServers = tokenServers
        self.finer = finer
        self.validUntil = validUntil
        self.peer = peer
        self.localUID = localUID
        self.digest = digest
        self.mark = mark
        self.workspace = workspace
        self.allowance = allowance
    }

    convenience init(
        user: User, access: ServerAccess, finer: [String: ServerRights], token: AccessToken, mark: UseMark, usage: UserUsage
    ) {
        self.init(
            userID: user.id, userName: user.name, role: user.role, labels: user.labels, tokenID: token.id, tokenExpiresAt: token.expiresAt,
            servers: access,
            tokenServers: token.narrowing, finer: finer, validUntil: [user.expiresAt, token.expiresAt].compactMap(\.self).min(), peer: nil,
            digest: token.digest, mark: mark, workspace: user.workspace,
            allowance: Allowance(
                userRate: user.rate, tokenRate: token.rate, concurrent: user.concurrent, usage: usage, tokenMeter: mark.meter))
    }

    convenience init(user: User, access: ServerAccess, finer: [String: ServerRights], uid: UInt32?, usage: UserUsage) {
        self.init(
            userID: user.id, userName: user.name, role: user.role, labels: user.labels, tokenID: nil, tokenExpiresAt: nil, servers: access,
            tokenServers: nil, finer: finer, validUntil: user.expiresAt, peer: nil, localUID: uid, digest: nil, mark: UseMark(),
            workspace: user.workspace,
            allowance: Allowance(userRate: user.rate, tokenRate: nil, concurrent: user.concurrent, usage: usage, tokenMeter: nil))
    }

    /// The one who acts through the admin socket: user id `uid:N`, every server, no token, no expiry.
    package static func admin(uid: UInt32, pid: Int32, role: Role = .owner) -> Principal {
        Principal(
            userID: "uid:\(uid)", userName: "uid \(uid)", role: role, tokenID: nil, tokenExpiresAt: nil, servers: .all, tokenServers: nil,
            validUntil: nil, peer: LocalPeer(uid: uid, pid: pid), digest: nil, mark: UseMark())
    }

    /// False once the user or the token has expired. Whoever keeps a principal across calls asks this on each.
    package func isValid(at time: Date) -> Bool {
        guard let validUntil else { return true }
        return time < validUntil
    }

    /// True when both the user and the token reach something of `server`. A public server needs no grant, but a denial and the token's
    /// narrowing still hold.
    package func mayUse(server: String, isPublic: Bool = false) -> Bool { refusal(server: server, isPublic: isPublic) == nil }

    /// Why nothing of `server` may be used; nil where something may.
    package func refusal(server: String, isPublic: Bool) -> RightRule? {
        if !finer.isEmpty, let fine = finer[server] { return fine.refusal(isPublic: isPublic) }
        guard isPublic || servers.contains(server) else { return .noGrant }
        if let tokenServers, !tokenServers.contains(server) { return .token }
        return nil
    }

    /// True where nothing narrows the token, or what it is narrowed to holds this.
    package func isInToken(_ server: String, _ name: CapabilityName) -> Bool {
        guard let tokenServers, !tokenServers.contains(server) else { return true }
        return finer[server]?.tokenTools.contains(name) ?? false
    }

    /// True where the user wants to be asked before some tool runs.
    package var raisesToApproval: Bool { finer.values.contains { $0.raised.values.contains(.approval) } }

    /// What is finer than the whole server; nil where all of it or nothing may be used.
    package func finer(at server: String) -> ServerRights? { finer.isEmpty ? nil : finer[server] }
}
