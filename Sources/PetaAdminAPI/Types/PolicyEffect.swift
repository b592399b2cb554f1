/// The answer of `GET /v1/servers/{id}/policy`: what policy says about one server.
package struct PolicyEffect: Codable, Sendable, Equatable {
    package var server: String
    /// What holds where no rule decides: `allow` or `deny`.
    package var otherwise: String
    /// In the order in which they are tried.
    package var rules: [Rule]

    /// One rule.
    package struct Rule: Codable, Sendable, Equatable {
        /// `set/rule`.
        package var rule: String
        /// Of its set.
        package var version: Int
        package var priority: Int
        package var decision: String
        package var reason: String
        /// Which calls it is about; empty for all.
        package var about: String
        /// How many conditions it has.
        package var conditions: Int

        package init(
            rule: String, version: Int, priority: Int, decision: String, reason: String, about: String, conditions: Int
        ) {
            self.rule = rule
            self.version = version
            self.priority = priority
            self.decision = decision
            self.reason = reason
            self.about = about
            self.conditions = conditions
        }
    }

    package init(server: String, otherwise: String, rules: [Rule]) {
        self.server = server
        self.otherwise = otherwise
        self.rules = rules
    }

    private enum CodingKeys: String, CodingKey {
        case server
        case otherwise = "default"
        case rules
    }
}
