/// The answer of `POST /v1/policies` and `POST /v1/policies/{name}/archive`: the set as it is now.
package struct PolicyOutcome: Codable, Sendable, Equatable {
    package var name: String
    package var version: Int
    /// `active` or `archived`.
    package var status: String
    /// The server that it belongs to; nil for all.
    package var server: String?
    /// How many of its rules are in force.
    package var rules: Int
    /// False where it was so already.
    package var changed: Bool
    /// What looks like a mistake.
    package var warnings: [AdminProblem]

    package init(
        name: String, version: Int, status: String, server: String?, rules: Int, changed: Bool, warnings: [AdminProblem] = []
    ) {
        self.name = name
        self.version = version
        self.status = status
        self.server = server
        self.rules = rules
        self.changed = changed
        self.warnings = warnings
    }
}
