extension AdminClient {
    /// `GET /v1/why/{call}`: by request id or by number in the audit. `not_found` where there is no such record.
    package func why(_ call: String) throws(AdminError) -> WhyAnswer {
        try ask(WhyAnswer.self, "GET", "/v1/why/" + Self.escape(call))
    }

    /// `POST /v1/policy/diff`; nothing is changed.
    package func policyDifference(_ trial: PolicyTrial) throws(AdminError) -> PolicyDifference {
        try ask(PolicyDifference.self, "POST", "/v1/policy/diff", body: trial, timeoutSeconds: 600)
    }
}
