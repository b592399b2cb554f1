extension AdminClient {
    /// `GET /v1/users`.
    package func users() throws(AdminError) -> [UserEntry] {
        try ask([UserEntry].self, "GET", "/v1/users")
    }

    /// `GET /v1/users/{id}`.
    package func user(_ id: String) throws(AdminError) -> UserEntry {
        try ask(UserEntry.self, "GET", Self.user(id))
    }

    /// `POST /v1/users`.
    package func addUser(_ user: NewUser) throws(AdminError) -> UserEntry {
        try ask(UserEntry.self, "POST", "/v1/users", body: user)
    }

    /// `PATCH /v1/users/{id}`.
    package func updateUser(_ id: String, _ patch: UserPatch) throws(AdminError) -> UserEntry {
        try ask(UserEntry.self, "PATCH", Self.user(id), body: patch)
    }

    /// `DELETE /v1/users/{id}`.
    package func removeUser(_ id: String) throws(AdminError) {
        _ = try send("DELETE", Self.user(id))
    }

    /// `POST /v1/users/{id}/enable` or `disable`.
    package func setUser(_ id: String, enabled: Bool) throws(AdminError) -> UserEntry {
        try ask(UserEntry.self, "POST", Self.user(id) + (enabled ? "/enable" : "/disable"))
    }

    /// What becomes of a right.
    package enum RightAct: String { case allow, deny, revoke }

    /// `POST /v1/users/{id}/allow`, `deny` or `revoke`.
    package func setRight(user: String, _ act: RightAct, _ target: RightTarget) throws(AdminError) -> UserEntry {
        try ask(UserEntry.self, "POST", Self.user(user) + "/" + act.rawValue, body: target)
    }

    /// `GET /v1/users/{id}/rights`.
    package func rights(of user: String, server: String?, denied: Bool) throws(AdminError) -> [RightEntry] {
        try ask(
            [RightEntry].self, "GET", Self.user(user) + "/rights",
            parameters: (server.map { [("server", $0)] } ?? []) + (denied ? [("denied", "true")] : []))
    }

    /// `POST /v1/users/{id}/tokens`.
    package func createToken(user: String, _ request: NewTokenRequest) throws(AdminError) -> IssuedToken {
        try ask(IssuedToken.self, "POST", Self.user(user) + "/tokens", body: request)
    }

    /// `GET /v1/tokens`.
    package func tokens(user: String?) throws(AdminError) -> [TokenEntry] {
        try ask([TokenEntry].self, "GET", "/v1/tokens", parameters: user.map { [("user", $0)] } ?? [])
    }

    /// `DELETE /v1/tokens/{id}`.
    package func revokeToken(_ id: String) throws(AdminError) {
        _ = try send("DELETE", "/v1/tokens/" + Self.escape(id))
    }

    private static func user(_ id: String) -> String { "/v1/users/" + escape(id) }
}
