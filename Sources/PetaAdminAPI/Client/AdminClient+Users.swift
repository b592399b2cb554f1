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

    /// `PUT` or `DELETE /v1/users/{id}/grants/{server}`.
    package func setGrant(user: String, server: String, granted: Bool) throws(AdminError) {
        _ = try send(granted ? "PUT" : "DELETE", Self.user(user) + "/grants/" + Self.escape(server))
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
