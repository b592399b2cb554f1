extension AdminClient {
    /// `GET /v1/audit/tail`, line by line, oldest first.
    package func auditTail(last count: Int?, follow: Bool, watching output: Int32? = nil, _ handle: ([UInt8]) throws -> Bool) throws {
        try lines("/v1/audit/tail", parameters: Self.window(count, follow), watching: output, handle)
    }

    /// `GET /v1/audit/query`, line by line, oldest first.
    package func auditQuery(_ query: AuditQuery, watching output: Int32? = nil, _ handle: ([UInt8]) throws -> Bool) throws {
        try lines("/v1/audit/query", parameters: query.parameters, watching: output, handle)
    }

    /// `GET /v1/audit/export`, piece by piece. Throws where it breaks off: what came before is not all then.
    package func auditExport(
        _ query: AuditQuery, format: String, watching output: Int32? = nil, _ handle: ([UInt8]) throws -> Void
    ) throws {
        try pieces("GET", "/v1/audit/export", parameters: query.parameters + [("format", format)], watching: output, handle)
    }

    /// `GET /v1/audit/summary`. Reads all records of the time, which can take a while.
    package func auditFigures(_ query: AuditQuery, buckets: Int, top: Int) throws(AdminError) -> AuditFigures {
        try ask(
            AuditFigures.self, "GET", "/v1/audit/summary", parameters: query.parameters + [("buckets", "\(buckets)"), ("top", "\(top)")],
            timeoutSeconds: 600)
    }

    /// `POST /v1/audit/verify`. Reads the whole log, which can take a while.
    package func verifyAudit(against anchors: [String] = []) throws(AdminError) -> AuditVerdict {
        try ask(
            AuditVerdict.self, "POST", "/v1/audit/verify", body: anchors.isEmpty ? nil : AuditAnchorLines(anchors: anchors),
            timeoutSeconds: 3600)
    }

    /// `GET /v1/audit/anchor`, or `POST`, which also puts it in every place.
    package func auditAnchor(put: Bool) throws(AdminError) -> AuditAnchorState {
        try ask(AuditAnchorState.self, put ? "POST" : "GET", "/v1/audit/anchor", timeoutSeconds: 300)
    }

    /// `GET /v1/audit/webhook`.
    package func auditWebhook() throws(AdminError) -> AuditWebhookState { try ask(AuditWebhookState.self, "GET", "/v1/audit/webhook") }

    /// `POST /v1/audit/webhook/test`.
    package func testAuditWebhook() throws(AdminError) -> AuditWebhookTest {
        try ask(AuditWebhookTest.self, "POST", "/v1/audit/webhook/test", timeoutSeconds: 400)
    }
}
