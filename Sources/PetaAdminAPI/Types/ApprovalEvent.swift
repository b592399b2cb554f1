/// One line of `GET /v1/approvals/watch`. First a `waiting` for each call that waits, then one `ready`, then what happens.
package struct ApprovalEvent: Codable, Sendable, Equatable {
    /// `waiting`, `ready`, `created`, `vote` (one of several approvers said yes), `decided`, `expired`, `executing`, `executed`, `failed`,
    /// `released` (it was not sent, and may be made again), `notice` (a call of danger level `notify` has run: `notice` says which).
    package var event: String
    package var approval: ApprovalEntry?
    package var notice: Notice?

    /// A call that reviewers are shown though nobody had to be asked.
    package struct Notice: Codable, Sendable, Equatable {
        package var requestId: String
        package var time: Timestamp
        package var user: String
        package var server: String
        package var tool: String

        package init(requestId: String, time: Timestamp, user: String, server: String, tool: String) {
            self.requestId = requestId
            self.time = time
            self.user = user
            self.server = server
            self.tool = tool
        }
    }

    package init(event: String, approval: ApprovalEntry? = nil, notice: Notice? = nil) {
        self.event = event
        self.approval = approval
        self.notice = notice
    }
}
