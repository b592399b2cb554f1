/// The answer of `POST /v1/policy/test`: how a call would be decided, and why.
package struct PolicyAnswer: Codable, Sendable, Equatable {
    /// `allow`, `deny` or `require_approval`.
    package var decision: String
    /// `set/rule`, or the right that is missing, such as `no grant`; nil where no rule decided.
    package var rule: String?
    /// The version of the rule's set; 0 for one that is only tried.
    package var version: Int?
    /// What the client would be told.
    package var reason: String
    /// Why the call cannot be judged.
    package var failure: String?
    /// What one should know beside.
    package var notes: [String]
    /// In the order in which they are tried. Empty where rights decided: policy is not asked then.
    package var evaluated: [Step]

    /// What one rule made of the call.
    package struct Step: Codable, Sendable, Equatable {
        package var rule: String
        /// What it would decide.
        package var decision: String
        /// It decided.
        package var matched: Bool
        /// Why it was not asked; nil where it was.
        package var skipped: String?
        package var conditions: [Condition]

        package init(rule: String, decision: String, matched: Bool, skipped: String?, conditions: [Condition]) {
            self.rule = rule
            self.decision = decision
            self.matched = matched
            self.skipped = skipped
            self.conditions = conditions
        }
    }

    /// One comparison.
    package struct Condition: Codable, Sendable, Equatable {
        package var left: String
        package var op: String
        package var right: String
        package var held: Bool
        /// What stood there; nil where it was missing or could not be read.
        package var value: String?

        package init(left: String, op: String, right: String, held: Bool, value: String?) {
            self.left = left
            self.op = op
            self.right = right
            self.held = held
            self.value = value
        }
    }

    package init(
        decision: String, rule: String?, version: Int? = nil, reason: String, failure: String? = nil, notes: [String] = [],
        evaluated: [Step] = []
    ) {
        self.decision = decision
        self.rule = rule
        self.version = version
        self.reason = reason
        self.failure = failure
        self.notes = notes
        self.evaluated = evaluated
    }
}
