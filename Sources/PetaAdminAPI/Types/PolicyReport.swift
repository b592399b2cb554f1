/// The answer of `POST /v1/policy/lint`: what is wrong with a text, and what looks like a mistake.
package struct PolicyReport: Codable, Sendable, Equatable {
    /// The name that the text gives itself.
    package var name: String?
    /// The server that it belongs to; nil for all, and where the text cannot be read.
    package var server: String?
    /// How many rules could be read.
    package var rules: Int
    /// With any of them it would be refused.
    package var problems: [AdminProblem]
    package var warnings: [AdminProblem]

    package init(name: String?, server: String?, rules: Int, problems: [AdminProblem], warnings: [AdminProblem]) {
        self.name = name
        self.server = server
        self.rules = rules
        self.problems = problems
        self.warnings = warnings
    }
}
