/// The body of `POST /v1/approvals/{id}/allow` and `…/deny`.
package struct ApprovalJudgement: Codable, Sendable, Equatable {
    /// In the reviewer's words; the client of a rejected call reads it.
    package var reason: String?
    /// `cli` for the commands; what is not said is `socket`.
    package var channel: String?

    package init(reason: String?, channel: String?) {
        self.reason = reason
        self.channel = channel
    }
}
