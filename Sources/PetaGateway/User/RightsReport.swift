internal import PetaAdminAPI
internal import PetaDownstream
internal import PetaIdentity
internal import PetaWire

/// What one principal may use, thing by thing, and which layer of rights says so. The same questions as the seam's, asked layer by layer
/// so that the first that refuses is the one that is named.
struct RightsReport {
    let principal: Principal

    /// A layer of rights, in order.
    enum Layer: String { case server, admin, preference, token }

    /// What came out, and why.
    struct Finding {
        /// Nil: it may be used.
        let rule: RightRule?
        let layer: Layer
        let why: String
    }

    /// One line for each thing that a server offers.
    func entries(_ listing: ServerListing) -> [RightEntry] {
        listing.offered.map { entry(listing.handle.id, $0.kind, $0.name, find(listing, $0), listing.exposure) }
    }

    /// The same of a server that is not in the catalog, by what is known of it.
    func entry(_ server: String, _ kind: CapabilityKind, _ name: String, _ finding: Finding, _ exposure: ServerExposure) -> RightEntry {
        let danger = kind == .tool ? self.danger(server, name, exposure) : nil
        return RightEntry(
            server: server, kind: kind.rawValue, name: name, allowed: finding.rule == nil, layer: finding.layer.rawValue, why: finding.why,
            danger: danger?.level.rawValue, dangerLayer: danger?.layer?.rawValue)
    }

    func danger(_ server: String, _ tool: String, _ exposure: ServerExposure) -> (level: DangerLevel, layer: Layer?) {
        let own = CapabilityName(.tool, tool)
        let set = exposure.danger(of: tool)
        if let raised = principal.finer(at: server)?.raised[own], raised > set { return (raised, .preference) }
        return (set, exposure.levels[own] == nil ? nil : .server)
    }

    func find(_ listing: ServerListing, _ sought: Sought) -> Finding {
        let own = CapabilityName(sought.kind, sought.name)
        let others = sought.kind == .resource ? listing.resources.others(own, spelled: sought.name) : (wide: [], narrow: [])
        return find(
            listing.handle.id, own, isPublic: listing.handle.definition.publicAccess, listing.exposure, wide: others.wide,
            narrow: others.narrow)
    }

    func find(
        _ server: String, _ own: CapabilityName, isPublic: Bool, _ exposure: ServerExposure, wide: [CapabilityName] = [],
        narrow: [CapabilityName] = []
    ) -> Finding {
        let what = own.kind.rawValue
        if exposure.hidden.contains(own) || wide.contains(where: exposure.hidden.contains) {
            return Finding(rule: .notExposed, layer: .server, why: "server '\(server)' does not expose this \(what)")
        }
        let fine = principal.finer(at: server)
        let rule =
            fine.map { $0.refusal(of: own, isPublic: isPublic, wide: wide, narrow: narrow) }
            ?? principal.refusal(server: server, isPublic: isPublic)
        let user = "user '\(principal.userID)'"
        switch rule {
        case .notExposed: return Finding(rule: rule, layer: .server, why: "server '\(server)' does not expose this \(what)")
        case .denied:
            let scope = fine?.isDenied == true ? "server '\(server)'" : "this \(what)"
            return Finding(rule: rule, layer: .admin, why: "\(scope) is denied to \(user)")
        case .noGrant:
            let isPartly = fine.map { !$0.granted.isEmpty } ?? false
            return Finding(
                rule: rule, layer: .admin,
                why: isPartly ? "\(user) was granted parts of server '\(server)', and not this" : "\(user) may not use server '\(server)'")
        case .preference:
            let scope = fine?.isOff == true ? "server '\(server)'" : "this \(what)"
            return Finding(rule: rule, layer: .preference, why: "\(user) has switched \(scope) off")
        case .token: return Finding(rule: rule, layer: .token, why: "the token is narrowed to something else")
        case nil: break
        }
        if let fine, fine.granted.contains(own) || narrow.contains(where: fine.granted.contains) {
            return Finding(rule: nil, layer: .admin, why: "this \(what) is granted to \(user)")
        }
        if principal.role == .owner { return Finding(rule: nil, layer: .admin, why: "\(user) is an owner") }
        if principal.servers.contains(server) { return Finding(rule: nil, layer: .admin, why: "server '\(server)' is granted to \(user)") }
        return Finding(rule: nil, layer: .server, why: "server '\(server)' is public")
    }
}
