/// The answer of `GET /v1/why/{call}`: a record of the audit, and all that is still known of why it was decided as it was.
package struct WhyAnswer: Codable, Sendable, Equatable {
    /// Its number in the audit.
    package var seq: Int64
    package var requestId: String?
    /// The record, as `peta audit query` shows it.
    package var record: RawJSON
    /// Who decided: `request`, `target`, `rights`, `policy`, `default`, `danger`, `approval`, `limits`, or `act` for an administrative act.
    package var layer: String
    /// Which layer of rights decided, where rights did: `server`, `admin`, `preference` or `token`.
    package var right: String?
    /// What was decided, in words.
    package var explanation: String
    /// Of the rule that decided, if one did.
    package var rule: Rule?
    package var approval: Approval?
    /// What cannot be known any more, and what else one should know.
    package var notes: [String]

    /// A rule, as it stood when it decided.
    package struct Rule: Codable, Sendable, Equatable {
        /// `set/rule`.
        package var rule: String
        package var set: String
        /// Nil where the record does not tell it.
        package var version: Int?
        /// The line of the set's text in which it begins.
        package var line: Int?
        /// Its lines; nil where that version cannot be had any more.
        package var text: String?
        package var changedAt: Timestamp?
        package var changedBy: String?
        /// This version of the set is in force.
        package var inForce: Bool
        /// What is in force in its place; nil: none.
        package var versionInForce: Int?
        /// The rule reads the same in what is in force.
        package var unchanged: Bool

        package init(rule: String, set: String, version: Int?) {
            self.rule = rule
            self.set = set
            self.version = version
            inForce = false
            unchanged = false
        }
    }

    /// The approval that the call waited for.
    package struct Approval: Codable, Sendable, Equatable {
        package var id: String
        /// Nil where it is not kept any more.
        package var status: String?
        package var approvers: Int?
        package var decisions: [ApprovalEntry.Decision]
        package var createdAt: Timestamp?
        package var expiresAt: Timestamp?
        package var failure: String?
        /// What its call answered is kept for those who call again.
        package var resultKept: Bool?

        package init(id: String) {
            self.id = id
            decisions = []
        }
    }

    package init(
        seq: Int64, requestId: String?, record: RawJSON, layer: String, right: String? = nil, explanation: String, rule: Rule? = nil,
        approval: Approval? = nil,
        notes: [String] = []
    ) {
        self.seq = seq
        self.requestId = requestId
        self.record = record
        self.layer = layer
        self.right = right
        self.explanation = explanation
        self.rule = rule
        self.approval = approval
        self.notes = notes
    }
}
