internal import PetaAdminAPI
internal import PetaDownstream
internal import PetaIdentity
internal import PetaWire

/// What users can ask and change about themselves: the same types as the admin protocol's, for the one that asks alone.
///
/// Nobody learns here of anything that it could not see without its own preferences: what a server hides or an administrator denies does
/// not appear.
struct UserDesk {
    let shared: GatewayShared
    let snapshot: Snapshot
    let principal: Principal

    /// Whether the token reaches only a part of what its user may use: then it may not change what the others do.
    private var isNarrowed: Bool { principal.tokenServers != nil }

    func own() -> OwnEntry {
        let user = snapshot.identity.users[principal.userID]
        return OwnEntry(
            id: principal.userID, name: principal.userName, role: principal.role.rawValue, expiresAt: user?.expiresAt.map(Timestamp.init),
            tokenId: principal.tokenID, tokenExpiresAt: principal.tokenExpiresAt.map(Timestamp.init), narrowed: isNarrowed)
    }

    func capabilities() -> [RightEntry] {
        // As the user, so that its own preferences are told apart; within the token.
        let report = RightsReport(principal: snapshot.identity.person(principal.userID) ?? principal)
        return snapshot.catalog.listings.flatMap { listing in
            listing.offered.compactMap { sought in
                let finding = report.find(listing, sought)
                guard finding.rule == nil || finding.rule == .preference,
                    principal.isInToken(listing.handle.id, CapabilityName(sought.kind, sought.name))
                else { return nil }
                return report.entry(listing.handle.id, sought.kind, sought.name, finding, listing.exposure)
            }
        }
    }

    func sessions() -> [OwnSession] {
        shared.sessions.all().filter { session in
            session.userID == principal.userID && (!isNarrowed || session.principal.tokenID == principal.tokenID)
        }.map { session in
            OwnSession(
                id: session.shownID, clientName: session.clientName, clientVersion: session.clientVersion,
                protocolVersion: session.revision.rawValue, tokenId: session.principal.tokenID)
        }.sorted { $0.id < $1.id }
    }

    // MARK: preferences

    func preferences() -> Preferences {
        // Of a narrowed token's user only what the token reaches.
        let chosen = snapshot.identity.preferences(of: principal.userID).filter { preference in
            preference.target.map { principal.isInToken(preference.server, $0) }
                ?? (principal.tokenServers?.contains(preference.server) ?? true)
        }
        return Preferences(
            preferences: chosen.sorted { Self.order($0).lexicographicallyPrecedes(Self.order($1)) }.map(PreferenceEntry.init),
            notes: notes())
    }

    private static func order(_ preference: Preference) -> [String] {
        [preference.server, preference.target?.kind.rawValue ?? "", preference.target?.name ?? ""]
    }

    /// Levels that lie below what the server's settings ask for anyway. Only of what the user can see.
    private func notes() -> [String]? {
        var notes: [String] = []
        for preference in snapshot.identity.preferences(of: principal.userID) {
            guard let target = preference.target, let danger = preference.danger,
                let index = snapshot.catalog.index(of: preference.server),
                Seam.maySee(principal, snapshot.catalog.listings[index], target.kind, target.name)
            else { continue }
            let set = snapshot.catalog.listings[index].exposure.danger(of: target.name)
            guard danger < set else { continue }
            notes.append(
                "\(Names.canonical(server: preference.server, name: target.name)): the level \(danger.rawValue) has no effect, since the "
                    + "administrator's is \(set.rawValue)")
        }
        return notes.isEmpty ? nil : notes.sorted()
    }

    /// Sets what the user chose. Throws before anything is changed.
    func setPreferences(_ body: [UInt8], replacing: Bool) async throws {
        guard !isNarrowed else {
            throw AdminError(
                .notPermitted, "this token is narrowed, and preferences hold for everything that its user does",
                hint: "use a token that is not narrowed")
        }
        guard !body.isEmpty else { throw AdminError(.invalidArgument, "this request needs a body of JSON") }
        let given = try AdminJSON.decode(Preferences.self, from: body, strict: true)
        let preferences = try given.preferences.enumerated().map { try Self.preference($1, "preferences[\($0)]") }
        var seen: Set<[String]> = []
        for (index, preference) in preferences.enumerated() where !seen.insert(Self.order(preference)).inserted {
            throw AdminError(.invalidArgument, "preferences[\(index)]: the same thing stands there twice")
        }
        try await shared.identity.setPreferences(user: principal.userID, preferences, replacing: replacing)
    }

    private static func preference(_ entry: PreferenceEntry, _ field: String) throws(AdminError) -> Preference {
        var target: CapabilityName?
        if let word = entry.kind {
            guard let kind = CapabilityKind(rawValue: word) else {
                throw AdminError(
                    .invalidArgument, "\(field).kind: expected \(CapabilityKind.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            guard let name = entry.name else { throw AdminError(.invalidArgument, "\(field).name: missing") }
            target = CapabilityName(kind, name)
        } else if entry.name != nil {
            throw AdminError(.invalidArgument, "\(field).kind: missing; a name is one of a tool, prompt or resource")
        }
        var danger: DangerLevel?
        if let word = entry.danger {
            guard let level = DangerLevel(rawValue: word) else {
                throw AdminError(
                    .invalidArgument, "\(field).danger: expected \(DangerLevel.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            danger = level
        }
        return Preference(server: entry.server, target: target, isOff: entry.enabled == false, danger: danger)
    }
}

extension PreferenceEntry {
    init(_ preference: Preference) {
        self.init(
            server: preference.server, kind: preference.target?.kind.rawValue, name: preference.target?.name, enabled: !preference.isOff,
            danger: preference.danger?.rawValue)
    }
}
