extension AdminClient {
    /// `GET /v1/approvals`: one page, oldest first.
    package func approvals(_ query: ApprovalQuery) throws(AdminError) -> ApprovalPage {
        try ask(ApprovalPage.self, "GET", "/v1/approvals", parameters: query.parameters)
    }

    /// `GET /v1/approvals/{id}`. With `full` nothing of the arguments is hidden or cut, which the audit records.
    package func approval(_ id: String, full: Bool = false) throws(AdminError) -> ApprovalEntry {
        try ask(ApprovalEntry.self, "GET", Self.approval(id), parameters: full ? [("full", "true")] : [])
    }

    /// `POST /v1/approvals/{id}/allow`: `already_exists` where it is decided, `not_found` where there is none.
    package func allowApproval(_ id: String, _ judgement: ApprovalJudgement) throws(AdminError) -> ApprovalEntry {
        try ask(ApprovalEntry.self, "POST", Self.approval(id) + "/allow", body: judgement)
    }

    /// `POST /v1/approvals/{id}/deny`.
    package func denyApproval(_ id: String, _ judgement: ApprovalJudgement) throws(AdminError) -> ApprovalEntry {
        try ask(ApprovalEntry.self, "POST", Self.approval(id) + "/deny", body: judgement)
    }

    /// `GET /v1/approvals/watch`, line by line, until `handle` says false.
    package func watchApprovals(watching output: Int32? = nil, _ handle: ([UInt8]) throws -> Bool) throws {
        try lines("/v1/approvals/watch", parameters: [], watching: output, handle)
    }

    private static func approval(_ id: String) -> String { "/v1/approvals/" + escape(id) }
}
