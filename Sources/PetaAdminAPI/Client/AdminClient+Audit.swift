extension AdminClient {
    /// `GET /v1/audit/tail`, line by line, oldest first.
    package func auditTail(last count: Int?, follow: Bool, watching output: Int32? = nil, _ handle: ([UInt8]) throws -> Bool) throws {
        try lines("/v1/audit/tail", parameters: Self.window(count, follow), watching: output, handle)
    }

    /// `GET /v1/audit/query`, line by line, oldest first.
    package func auditQuery(_ query: AuditQuery, watching output: Int32? = nil, _ handle: ([UInt8]) throws -> Bool) throws {
        try lines("/v1/audit/query", parameters: query.parameters, watching: output, handle)
    }

    /// `POST /v1/audit/verify`. Reads the whole log, which can take a while.
    package func verifyAudit() throws(AdminError) -> AuditVerdict {
        try ask(AuditVerdict.self, "POST", "/v1/audit/verify", timeoutSeconds: 3600)
    }
}
