extension PolicyDocument {
    /// The lines of a rule as its author wrote them, for people; nil where there is no such rule.
    ///
    /// - Parameters:
    ///   - id: the rule's id.
    ///   - text: what this document was read from.
    package func lines(of id: String, in text: String) -> (first: Int, text: String)? {
        guard let rule = rules.first(where: { $0.id == id }) else { return nil }
        let next = rules.map(\.line).filter { $0 > rule.line }.min() ?? .max
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.hasSuffix("\r") ? $0.dropLast() : $0 }
        guard rule.line >= 1, rule.line <= lines.count else { return nil }
        let indent = Self.indent(lines[rule.line - 1])
        var found = [String(lines[rule.line - 1])]
        for line in lines[rule.line..<min(next - 1, lines.count)] {
            let isBlank = line.allSatisfy(\.isWhitespace)
            // What stands further left belongs to something else.
            guard isBlank || Self.indent(line) > indent || ["]", "}"].contains(line.drop(while: \.isWhitespace).first ?? " ") else { break }
            found.append(String(line))
        }
        while let last = found.last, last.allSatisfy(\.isWhitespace) { found.removeLast() }
        return (rule.line, found.joined(separator: "\n"))
    }

    private static func indent(_ line: Substring) -> Int { line.prefix { $0 == " " }.count }
}
