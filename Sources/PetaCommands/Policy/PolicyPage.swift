import PetaAdminAPI

/// How policy looks to people.
enum PolicyPage {
    static func status(_ status: String) -> Cell { Cell(status, status == "active" ? .good : .faint) }

    static func decision(_ decision: String) -> Cell { Cell(decision, style(decision)) }

    private static func style(_ decision: String) -> Style {
        switch decision {
        case "allow": .good
        case "deny": .bad
        default: .waiting
        }
    }

    /// `FILE:LINE: warning: rule 'x', field: message`.
    static func warning(_ problem: AdminProblem) -> String {
        var plain = problem
        plain.file = nil
        plain.line = nil
        let place = [problem.file, problem.line.map(String.init)].compactMap(\.self).joined(separator: ":")
        return (place.isEmpty ? "" : place + ": ") + "warning: " + plain.text
    }

    /// How a call would be decided.
    static func fill(_ page: inout Page, _ answer: PolicyAnswer) {
        var fields: [(name: String, cell: Cell)] = [("decision", decision(answer.decision))]
        let version = answer.version.map { $0 > 0 ? " (version \($0))" : " (not applied)" } ?? ""
        fields.append(("rule", Cell(answer.rule.map { $0 + version } ?? "none; the default holds")))
        fields.append(("reason", Cell(answer.reason as String?)))
        if let failure = answer.failure { fields.append(("failure", Cell(failure, .bad))) }
        page.fields(fields)
        for note in answer.notes { page.line("note: " + note, .waiting) }
        for step in answer.evaluated {
            page.line("")
            page.line("\(step.rule): \(step.decision), \(fate(step))", step.matched ? style(step.decision) : .plain)
            for condition in step.conditions { page.line("  " + words(condition), .faint) }
        }
    }

    private static func fate(_ step: PolicyAnswer.Step) -> String {
        if step.matched { return "decides" }
        if let skipped = step.skipped { return "not asked: \(skipped)" }
        return "its conditions do not hold"
    }

    private static func words(_ condition: PolicyAnswer.Condition) -> String {
        let comparison = [condition.left, condition.op, condition.right].filter { !$0.isEmpty }.joined(separator: " ")
        let found = condition.value.map { "found \($0)" } ?? "nothing there that can be read"
        return "\(condition.held ? "holds" : "fails")  \(comparison)  (\(found))"
    }
}
