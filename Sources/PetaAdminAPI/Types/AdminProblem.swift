/// One thing that is wrong with a text that was handed in, or that looks like a mistake in it.
package struct AdminProblem: Codable, Sendable, Equatable {
    /// The file, as the one who asked calls it; the gateway never knows it.
    package var file: String?
    /// Counted from 1; nil where it is about the whole.
    package var line: Int?
    /// The id of the rule, or `rules[3]` where it has none.
    package var rule: String?
    /// The member of the rule, such as `when[0].right`.
    package var field: String?
    package var message: String

    package init(file: String? = nil, line: Int?, rule: String?, field: String?, message: String) {
        self.file = file
        self.line = line
        self.rule = rule
        self.field = field
        self.message = message
    }

    /// The same one, of a file.
    package func named(_ file: String) -> AdminProblem {
        AdminProblem(file: file, line: line, rule: rule, field: field, message: message)
    }

    /// One line: `FILE:LINE: rule 'x', field: message`.
    package var text: String {
        let place = [file, line.map(String.init)].compactMap(\.self).joined(separator: ":")
        let what = [rule.map { "rule '\($0)'" }, field].compactMap(\.self).joined(separator: ", ")
        return [place, what, message].filter { !$0.isEmpty }.joined(separator: ": ")
    }
}
