internal import PetaAdminAPI
internal import PetaDownstream
internal import PetaGateway
internal import PetaIdentity
internal import PetaWire

/// What servers expose, and what users may use of it.
extension ServerAdministration {
    func capabilities(of id: String) async throws -> [CapabilityEntry] {
        guard let report = await servers.report(id) else { throw ServerError.unknown(id) }
        let exposure = exposures.of(id)
        var found: [CapabilityEntry] = []
        var seen: Set<CapabilityName> = []
        for (kind, name, definition) in Self.offered(report.capabilities) where seen.insert(CapabilityName(kind, name)).inserted {
            found.append(Self.entry(id, kind, name, exposure, DangerSuggestion.of(definition["annotations"]), isOffered: true))
        }
        // What was set of things that it does not offer, or not yet.
        for name in exposure.hidden.union(exposure.levels.keys).subtracting(seen).sorted() {
            found.append(Self.entry(id, name.kind, name.name, exposure, nil, isOffered: false))
        }
        return found
    }

    func setCapability(of id: String, _ patch: CapabilityPatch) async throws -> CapabilityEntry {
        guard await servers.report(id) != nil else { throw ServerError.unknown(id) }
        guard let kind = CapabilityKind(rawValue: patch.kind) else {
            throw AdminError(.invalidArgument, "kind: expected \(CapabilityKind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard patch.exposed != nil || patch.danger != nil else {
            throw AdminError(.invalidArgument, "nothing to change was named: expected exposed or danger")
        }
        var danger: DangerLevel??
        if let word = patch.danger {
            let level = DangerLevel(rawValue: word)
            guard level != nil || word.isEmpty else {
                throw AdminError(.invalidArgument, "danger: expected \(DangerLevel.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            danger = .some(level)
        }
        let name = CapabilityName(kind, patch.name)
        try await exposures.set(id, name, isExposed: patch.exposed, danger: danger)
        // The server may have gone meanwhile, and what it left with it.
        guard await servers.report(id) != nil else {
            try await exposures.forget(id)
            throw ServerError.unknown(id)
        }
        return try await capabilities(of: id).first { $0.kind == kind.rawValue && CapabilityName(kind, $0.name) == name }
            ?? Self.entry(id, kind, patch.name, exposures.of(id), nil, isOffered: false)
    }

    func rights(of user: String, server: String?) async throws -> [RightEntry] {
        let known = try identity.user(user)
        guard let person = identity.snapshot.person(user) else { return [] }
        var found = await gateway.rights(of: person, server: server)
        let served = Set(found.map(\.server))
        // Of what is disabled there is nothing, for anybody.
        for id in await servers.ids() where !served.contains(id) && (server == nil || server == id) {
            guard let report = await servers.report(id), !report.definition.enabled else { continue }
            for (kind, name, _) in Self.offered(report.capabilities) {
                found.append(
                    Gateway.unserved(person, id, kind, name, exposures.of(id), why: "server '\(id)' is disabled"))
            }
        }
        if known.state != .enabled {
            for index in found.indices {
                found[index].allowed = false
                found[index].layer = "admin"
                found[index].why = "user '\(user)' is \(known.state.rawValue)"
            }
        }
        return found.enumerated().sorted { ($0.element.server, $0.offset) < ($1.element.server, $1.offset) }.map(\.element)
    }

    private static func offered(_ capabilities: Capabilities) -> [(CapabilityKind, String, JSON)] {
        func named(_ definitions: [JSON], _ kind: CapabilityKind, _ member: String) -> [(CapabilityKind, String, JSON)] {
            definitions.compactMap { definition in definition[member]?.string.map { (kind, $0, definition) } }
        }
        return named(capabilities.tools, .tool, "name") + named(capabilities.prompts, .prompt, "name")
            + named(capabilities.resources, .resource, "uri") + named(capabilities.templates, .resource, "uriTemplate")
    }

    private static func entry(
        _ server: String, _ kind: CapabilityKind, _ name: String, _ exposure: ServerExposure, _ suggestion: DangerLevel?, isOffered: Bool
    ) -> CapabilityEntry {
        let isTool = kind == .tool
        return CapabilityEntry(
            server: server, kind: kind.rawValue, name: name, exposed: !exposure.hidden.contains(CapabilityName(kind, name)),
            danger: isTool ? exposure.danger(of: name).rawValue : nil, suggestedDanger: isTool ? suggestion?.rawValue : nil,
            offered: isOffered)
    }
}
