/// A call that waits for a person, or waited for one: one element of `GET /v1/approvals`, and `GET /v1/approvals/{id}`.
package struct ApprovalEntry: Codable, Sendable, Equatable {
    package var id: String
    /// `pending`, `approved`, `rejected`, `expired`, `executing`, `executed` or `failed`.
    package var status: String
    /// Who asks.
    package var user: String
    package var server: String
    /// Its name at the server; for a resource its URI there.
    package var tool: String
    /// `tools/call`, `prompts/get` or `resources/read`.
    package var method: String
    /// What it would be called with. Long texts are cut and what looks like a secret is hidden, unless all was asked for.
    package var arguments: RawJSON
    /// Something of the arguments is not shown.
    package var argumentsCut: Bool
    /// SHA-256 of the canonical arguments, in hexadecimal.
    package var argumentsDigest: String
    /// Why somebody has to be asked, from the rule.
    package var reason: String
    /// `set/rule`, or `danger approval` for the level of the tool.
    package var rule: String
    /// The version of the rule's set; 0 where no rule asked.
    package var policyVersion: Int
    package var createdAt: Timestamp
    /// A decision must have been made by then; once approved, the call must have been made by then.
    package var expiresAt: Timestamp
    /// The last who decided.
    package var decidedBy: String?
    package var decidedAt: Timestamp?
    package var decisionReason: String?
    /// How many people have to approve.
    package var approvers: Int
    package var decisions: [Decision]
    /// The MCP client, as it named itself.
    package var client: Client?
    package var address: String?
    /// What the tool says of itself.
    package var title: String?
    package var description: String?
    /// Hints of the server about the tool, as it gave them.
    package var annotations: RawJSON?
    /// Why it failed: `interrupted`, or what the audit says.
    package var failure: String?
    /// How often the same call was made meanwhile.
    package var attempts: Int
    /// How many calls of this user wait for a person.
    package var pendingOfUser: Int

    /// The client of a call.
    package struct Client: Codable, Sendable, Equatable {
        package var name: String?
        package var version: String?

        package init(name: String?, version: String?) {
            self.name = name
            self.version = version
        }
    }

    /// What one person said.
    package struct Decision: Codable, Sendable, Equatable {
        package var by: String
        package var role: String
        /// `cli`, `socket` or `api`.
        package var channel: String
        /// `approved` or `rejected`.
        package var verdict: String
        package var at: Timestamp
        package var reason: String?

        package init(by: String, role: String, channel: String, verdict: String, at: Timestamp, reason: String?) {
            self.by = by
            self.role = role
            self.channel = channel
            self.verdict = verdict
            self.at = at
            self.reason = reason
        }
    }

    package init(
        id: String, status: String, user: String, server: String, tool: String, method: String, arguments: RawJSON, argumentsCut: Bool,
        argumentsDigest: String, reason: String, rule: String, policyVersion: Int, createdAt: Timestamp, expiresAt: Timestamp,
        decidedBy: String? = nil, decidedAt: Timestamp? = nil, decisionReason: String? = nil, approvers: Int = 1,
        decisions: [Decision] = [],
        client: Client? = nil, address: String? = nil, title: String? = nil, description: String? = nil, annotations: RawJSON? = nil,
        failure: String? = nil, attempts: Int = 1, pendingOfUser: Int = 0
    ) {
        self.id = id
        self.status = status
        self.user = user
        self.server = server
        self.tool = tool
        self.method = method
        self.arguments = arguments
        self.argumentsCut = argumentsCut
        self.argumentsDigest = argumentsDigest
        self.reason = reason
        self.rule = rule
        self.policyVersion = policyVersion
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.decidedBy = decidedBy
        self.decidedAt = decidedAt
        self.decisionReason = decisionReason
        self.approvers = approvers
        self.decisions = decisions
        self.client = client
        self.address = address
        self.title = title
        self.description = description
        self.annotations = annotations
        self.failure = failure
        self.attempts = attempts
        self.pendingOfUser = pendingOfUser
    }
}
