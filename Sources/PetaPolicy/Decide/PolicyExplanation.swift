package import PetaWire

/// Why a call was decided as it was: each rule with what it saw.
package struct PolicyExplanation: Sendable {
    /// One rule.
    package struct Step: Sendable {
        package let rule: String
        package let decision: PolicyRule.Decision
        /// It decided.
        package let isMatch: Bool
        /// Why its conditions were not looked at; nil where they were.
        package let skipped: String?
        package let conditions: [Condition]
    }

    /// One comparison.
    package struct Condition: Sendable {
        package let left: String
        package let operation: String
        package let right: String
        package let held: Bool
        /// What stood there; nil where it was missing or could not be read.
        package let value: String?
    }

    package let verdict: PolicyVerdict
    package let steps: [Step]
}

extension CompiledPolicy {
    /// Judges a call like `decide`, and tells what each rule made of it, also behind the one that decided.
    package func explain(
        _ target: PolicyTarget, _ caller: PolicyCaller, arguments: () throws(PolicyUnreadable) -> JSON?
    ) -> PolicyExplanation {
        let verdict = decide(candidates(for: target), caller, arguments: arguments)
        return withoutActuallyEscaping(arguments) { arguments in
            var evaluation = PolicyEvaluation(target, caller, arguments)
            let steps = entries.map { entry in
                let skipped = Self.reason(entry, target, caller)
                // Of a rule that is not about the call, nothing is looked at: there may be thousands.
                return PolicyExplanation.Step(
                    rule: entry.id, decision: entry.rule.decision, isMatch: entry.id == verdict.rule, skipped: skipped,
                    conditions: skipped == nil ? evaluation.conditions(entry) : [])
            }
            return PolicyExplanation(verdict: verdict, steps: steps)
        }
    }

    /// Why a rule is not about a call; nil where it is.
    private static func reason(_ entry: Entry, _ target: PolicyTarget, _ caller: PolicyCaller) -> String? {
        if let server = entry.server, server != target.server { return "its set belongs to server '\(server)'" }
        if !entry.rule.match.fits(target) { return "match: another server, name, kind or annotation" }
        return entry.rule.match.fits(caller) ? nil : "match: another role, user, client or label"
    }
}

extension PolicyEvaluation {
    fileprivate mutating func conditions(_ entry: CompiledPolicy.Entry) -> [PolicyExplanation.Condition] {
        entry.rule.conditions.flatMap { list($0, entry) }
    }

    private mutating func list(_ condition: PolicyCondition, _ entry: CompiledPolicy.Entry) -> [PolicyExplanation.Condition] {
        switch condition {
        case .any(let all), .all(let all): return all.flatMap { list($0, entry) }
        case .test(let test):
            let outcome = try? outcome(test, entry)
            return [
                PolicyExplanation.Condition(
                    left: test.left.text, operation: (test.isNegated ? "not " : "") + test.operation.rawValue, right: test.rightText,
                    held: outcome?.held ?? false, value: outcome?.left)
            ]
        }
    }
}
