import PetaAdminAPI
import PetaCrypto
import PetaIdentity
import PetaWire

extension UserEntry {
    init(_ user: User, _ snapshot: IdentitySnapshot) {
        self.init(
            id: user.id, name: user.name, role: user.role.rawValue, state: user.state.rawValue,
            grants: snapshot.grants(of: user.id).sorted(),
            tokens: snapshot.validTokenCount(of: user.id), notes: user.notes.isEmpty ? nil : user.notes, labels: user.labels,
            createdAt: Timestamp(user.createdAt), expiresAt: user.expiresAt.map(Timestamp.init), uid: user.uid,
            workspace: user.workspace, rateLimit: user.rate?.description, concurrent: user.concurrent,
            rights: snapshot.rights(of: user.id).map(UserRightEntry.init).sorted { $0.order.lexicographicallyPrecedes($1.order) },
            preferences: snapshot.preferences(of: user.id).map(PreferenceEntry.init).sorted { $0.order.lexicographicallyPrecedes($1.order) }
        )
    }
}

extension UserRightEntry {
    init(_ right: UserRight) {
        self.init(
            server: right.server, kind: right.target?.kind.rawValue, name: right.target?.name, effect: right.isAllowed ? "allow" : "deny")
    }

    fileprivate var order: [String] { [server, kind ?? "", name ?? ""] }
}

extension PreferenceEntry {
    init(_ preference: Preference) {
        self.init(
            server: preference.server, kind: preference.target?.kind.rawValue, name: preference.target?.name, enabled: !preference.isOff,
            danger: preference.danger?.rawValue)
    }

    fileprivate var order: [String] { [server, kind ?? "", name ?? ""] }
}

extension TokenEntry {
    init(_ token: AccessToken) {
        self.init(
            id: token.id, user: token.user, name: token.name, servers: token.narrowing?.sorted(), createdAt: Timestamp(token.createdAt),
            expiresAt: token.expiresAt.map(Timestamp.init), lastUsedAt: token.lastUsedAt.map(Timestamp.init),
            tools: token.tools?.flatMap { server, tools in tools.map { Names.canonical(server: server, name: $0) } }.sorted(),
            rateLimit: token.rate?.description)
    }
}

extension IssuedToken {
    init(_ token: NewToken) {
        // The one place where a token becomes text: it is about to be shown.
        self.init(
            id: token.id, user: token.info.user, name: token.info.name,
            token: token.token.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }, expiresAt: token.info.expiresAt.map(Timestamp.init))
    }
}

extension UserChanges {
    init(_ patch: UserPatch) throws(AdminError) {
        self.init()
        name = patch.name
        notes = patch.notes
        labels = patch.labels ?? [:]
        expiresAt = patch.expiresAt.map { $0?.date }
        uid = patch.uid
        workspace = patch.workspace
        if let text = patch.rateLimit { rate = .some(try RateLimit.read(text)) }
        concurrent = patch.concurrent
    }
}

extension RateLimit {
    /// The rate that a request names; nil where it names none.
    static func read(_ text: String?) throws(AdminError) -> RateLimit? {
        guard let text else { return nil }
        guard let rate = RateLimit(text) else { throw AdminError(.invalidArgument, "rateLimit: expected \(RateLimit.rule)") }
        return rate
    }
}
