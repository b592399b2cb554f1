extension AdminClient {
    /// `GET /v1/policies`.
    package func policies() throws(AdminError) -> [PolicyEntry] {
        try ask([PolicyEntry].self, "GET", "/v1/policies")
    }

    /// `POST /v1/policies` with the text as its body. What is refused comes as an error with all problems.
    package func applyPolicy(_ text: [UInt8], name: String?) throws(AdminError) -> PolicyOutcome {
        let parameters = name.map { [(name: "name", value: $0)] } ?? []
        let answer = try send("POST", "/v1/policies", parameters: parameters, body: text, contentType: Self.policyType)
        return try AdminJSON.decode(PolicyOutcome.self, from: answer)
    }

    /// `GET /v1/policies/{name}`: the newest version, or the one that is named.
    package func policy(_ name: String, version: Int?) throws(AdminError) -> PolicyText {
        try ask(PolicyText.self, "GET", Self.policy(name), parameters: version.map { [("version", String($0))] } ?? [])
    }

    /// `GET /v1/policies/{name}/history`, newest first.
    package func policyHistory(_ name: String) throws(AdminError) -> [PolicyVersion] {
        try ask([PolicyVersion].self, "GET", Self.policy(name) + "/history")
    }

    /// `POST /v1/policies/{name}/archive`.
    package func archivePolicy(_ name: String) throws(AdminError) -> PolicyOutcome {
        try ask(PolicyOutcome.self, "POST", Self.policy(name) + "/archive")
    }

    /// `DELETE /v1/policies/{name}`.
    package func removePolicy(_ name: String) throws(AdminError) {
        _ = try send("DELETE", Self.policy(name))
    }

    /// `POST /v1/policy/lint` with the text as its body; nothing is stored.
    package func lintPolicy(_ text: [UInt8]) throws(AdminError) -> PolicyReport {
        let answer = try send("POST", "/v1/policy/lint", body: text, contentType: Self.policyType)
        return try AdminJSON.decode(PolicyReport.self, from: answer)
    }

    /// `POST /v1/policy/test`; nothing is called.
    package func testPolicy(_ question: PolicyQuestion) throws(AdminError) -> PolicyAnswer {
        try ask(PolicyAnswer.self, "POST", "/v1/policy/test", body: question)
    }

    /// `GET /v1/servers/{id}/policy`.
    package func policyEffect(on server: String) throws(AdminError) -> PolicyEffect {
        try ask(PolicyEffect.self, "GET", "/v1/servers/" + Self.escape(server) + "/policy")
    }

    /// RFC 9512. JSON is YAML.
    private static let policyType = "application/yaml"
    private static func policy(_ name: String) -> String { "/v1/policies/" + escape(name) }
}
