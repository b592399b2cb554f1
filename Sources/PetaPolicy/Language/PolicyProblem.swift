/// Something that is wrong with a policy, and where.
package struct PolicyProblem: Sendable, Equatable, Error {
    /// Counted from 1; nil where it is about the whole.
    package let line: Int?
    /// The id of the rule, or `rules[3]` where it has none.
    package let rule: String?
    /// The member of the rule, such as `when[0].right`.
    package let field: String?
    package let message: String

    package init(line: Int?, rule: String?, field: String?, message: String) {
        self.line = line
        self.rule = rule
        self.field = field
        self.message = message
    }

    /// One line: `line 12: rule 'wire-large', when[0].op: …`.
    package var text: String {
        let place = [line.map { "line \($0)" }].compactMap(\.self).joined()
        let what = [rule.map { "rule '\($0)'" }, field].compactMap(\.self).joined(separator: ", ")
        return [place, what, message].filter { !$0.isEmpty }.joined(separator: ": ")
    }
}

/// All that is wrong with a policy; it is refused whole.
package struct PolicyInvalid: Error, Sendable {
    /// At least one, in the order of lines.
    package let problems: [PolicyProblem]
    /// What could be read all the same, for those who look for problems of their own.
    package let rules: [PolicyRule]

    /// The most problems that are told.
    package static let problemLimit = PolicyReader.problemLimit
}
