package import PetaAdminAPI
package import PetaDownstream
package import PetaIdentity
package import PetaWire

/// Questions about rights, for administrators.
extension Gateway {
    /// What a user may use of the servers that are served, of one or of all, by server.
    package func rights(of user: Principal, server: String?) async -> [RightEntry] {
        let catalog = await catalog()
        let report = RightsReport(principal: user)
        return catalog.listings.filter { server == nil || $0.handle.id == server }.flatMap(report.entries)
    }

    /// The right that is missing for one thing, with the layer and the reason in words; nil where it may be used. Also of servers that are
    /// not served: then by what is known of them.
    package func refusal(
        of user: Principal, server: String, isPublic: Bool, exposure: ServerExposure, _ kind: CapabilityKind, _ name: String
    ) async -> (rule: String, layer: String, why: String)? {
        let catalog = await catalog()
        let report = RightsReport(principal: user)
        let finding =
            if let index = catalog.index(of: server) {
                report.find(catalog.listings[index], Sought(kind: kind, name: name))
            } else {
                report.find(server, CapabilityName(kind, name), isPublic: isPublic, exposure)
            }
        return finding.rule.map { ($0.rawValue, finding.layer.rawValue, finding.why) }
    }

    /// How much care a user's call of a tool takes.
    package static func danger(of user: Principal, server: String, exposure: ServerExposure, tool: String) -> DangerLevel {
        RightsReport(principal: user).danger(server, tool, exposure).level
    }

    /// How a user stands to a tool of a server that is not served.
    package static func unserved(
        _ user: Principal, _ server: String, _ kind: CapabilityKind, _ name: String, _ exposure: ServerExposure, why: String
    ) -> RightEntry {
        RightsReport(principal: user).entry(server, kind, name, .init(rule: .notExposed, layer: .server, why: why), exposure)
    }
}
