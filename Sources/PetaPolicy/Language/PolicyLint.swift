/// What a policy may say and its author probably does not mean.
enum PolicyLint {
    static func warnings(_ rules: [PolicyRule]) -> [PolicyProblem] {
        var found: [PolicyProblem] = []
        let ordered = rules.enumerated().sorted { ($0.element.priority, $0.offset) < ($1.element.priority, $1.offset) }.map(\.element)
        for (index, rule) in ordered.enumerated() {
            if let first = ordered[..<index].first(where: { covers($0, rule) }) {
                found.append(
                    PolicyProblem(
                        line: rule.line, rule: rule.id, field: nil,
                        message: "never decides: rule '\(first.id)' comes first and takes all its calls"))
            }
            if rule.decision != .allow, rule.reason.isEmpty {
                found.append(
                    PolicyProblem(line: rule.line, rule: rule.id, field: "effect.reason", message: "missing: people will not know why"))
            }
        }
        return found.sorted { $0.line ?? 0 < $1.line ?? 0 }
    }

    /// True if the first takes every call that the second could.
    private static func covers(_ first: PolicyRule, _ second: PolicyRule) -> Bool {
        guard first.conditions.isEmpty else { return false }
        let (a, b) = (first.match, second.match)
        func wider(_ one: [Glob], _ other: [Glob]) -> Bool { one.isEmpty || one.contains { $0.isAll } || one == other }
        let sameKinds =
            a.tool.isEmpty && a.prompt.isEmpty && a.resource.isEmpty || (a.tool, a.prompt, a.resource) == (b.tool, b.prompt, b.resource)
        return sameKinds && wider(a.server, b.server) && wider(a.role, b.role) && wider(a.user, b.user)
            && (a.client.isEmpty || a.client == b.client) && (a.labels.isEmpty || a.labels == b.labels)
            && (a.annotations.isEmpty || a.annotations == b.annotations)
    }
}
