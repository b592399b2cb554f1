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

    /// What a user may use, to follow "may use".
    static func reach(_ user: UserEntry) -> String {
        if user.role == "owner" { return "every server" }
        return user.grants.isEmpty ? "only public servers" : user.grants.joined(separator: ", ") + " and public servers"
    }
}
