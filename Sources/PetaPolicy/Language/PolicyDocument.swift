/// A policy set as its author wrote it, read and checked.
package struct PolicyDocument: Sendable {
    /// Nil where the text does not say.
    package let name: String?
    /// The server that it belongs to; nil for all.
    package let server: String?
    package let description: String
    /// Offset of its clock from UTC, in minutes.
    let offset: Int
    package let rules: [PolicyRule]
    /// What is allowed but looks like a mistake.
    package let warnings: [PolicyProblem]

    /// The largest text, in bytes.
    package static let textLimit = 1 << 20
    /// The most rules of one set.
    package static let ruleLimit = 1_000

    /// Reads YAML or JSON. Everything that is wrong is found at once.
    package init(_ text: String) throws(PolicyInvalid) {
        var reader = PolicyReader()
        let parts = reader.read(text)
        guard let parts, reader.problems.isEmpty else { throw PolicyInvalid(problems: reader.sorted, rules: parts?.rules ?? []) }
        name = parts.name
        server = parts.server
        description = parts.description
        offset = parts.offset
        rules = parts.rules
        warnings = PolicyLint.warnings(parts.rules)
    }
}
