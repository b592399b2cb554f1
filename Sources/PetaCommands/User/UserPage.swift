import PetaAdminAPI

/// How users look to people.
enum UserPage {
    static func state(_ state: String) -> Cell {
        Cell(state, state == "enabled" ? .good : .bad)
    }

    static func servers(_ user: UserEntry) -> String {
        if user.role == "owner" { return "all" }
        return user.grants.isEmpty ? "-" : user.grants.joined(separator: ", ")
    }

    /// What else was said, and what the user chose, a line each.
    static func rights(_ user: UserEntry) -> [String] {
        func named(_ server: String, _ kind: String?, _ name: String?) -> String {
            guard let kind, let name else { return "server \(server)" }
            return "\(kind) \(server)::\(name)"
        }
        return user.rights.map { "\($0.effect == "deny" ? "denied" : "granted"): \(named($0.server, $0.kind, $0.name))" }
            + user.preferences.map { chosen in
                let off = chosen.enabled == false ? ["off"] : []
                let words = off + (chosen.danger.map { ["danger at least \($0)"] } ?? [])
                return "own preference: \(named(chosen.server, chosen.kind, chosen.name)) \(words.joined(separator: ", "))"
            }
    }

    /// What a user may use, to follow "may use".
    static func reach(_ user: UserEntry) -> String {
        if user.role == "owner" { return "every server" }
        return user.grants.isEmpty ? "only public servers" : user.grants.joined(separator: ", ") + " and public servers"
    }
}
