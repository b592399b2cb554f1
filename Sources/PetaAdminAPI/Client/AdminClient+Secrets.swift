extension AdminClient {
    /// `GET /v1/secrets`.
    package func secrets() throws(AdminError) -> [SecretEntry] {
        try ask([SecretEntry].self, "GET", "/v1/secrets")
    }

    /// `GET /v1/secrets/{name}`.
    package func secret(_ name: String) throws(AdminError) -> SecretEntry {
        try ask(SecretEntry.self, "GET", Self.secret(name))
    }

    /// `PUT /v1/secrets/{name}` with the value as its body, byte for byte.
    package func setSecret(_ name: String, value: [UInt8]) throws(AdminError) -> SecretEntry {
        let answer = try send("PUT", Self.secret(name), body: value, contentType: "application/octet-stream")
        return try AdminJSON.decode(SecretEntry.self, from: answer)
    }

    /// `GET /v1/secrets/{name}?reveal=true`: the value's bytes. For an owner only, and audited.
    package func revealSecret(_ name: String) throws(AdminError) -> [UInt8] {
        try send("GET", Self.secret(name), parameters: [("reveal", "true")])
    }

    /// `DELETE /v1/secrets/{name}`; refused while a server refers to it, unless forced.
    package func removeSecret(_ name: String, force: Bool) throws(AdminError) {
        _ = try send("DELETE", Self.secret(name), parameters: force ? [("force", "true")] : [])
    }

    private static func secret(_ name: String) -> String { "/v1/secrets/" + escape(name) }
}
