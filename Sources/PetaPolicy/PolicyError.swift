package import PetaStore

/// What an operation on policy sets refuses, in words for the operator.
package typealias PolicyError = OperatorFailure

extension PolicyError {
    package static func none(_ name: String) -> PolicyError {
        PolicyError("not_found", "there is no policy set '\(PolicyName.isValid(name) ? name : "?")'", hint: "peta policy list")
    }

    /// Everything that is wrong with a text, a line each.
    static func invalid(_ problems: [PolicyProblem], inForce: Bool) -> PolicyError {
        let fate = inForce ? "; what was in force stays in force" : ""
        let list = problems.map(\.text)
        guard list.count > 1 else { return PolicyError("invalid_argument", "the policy was refused\(fate): \(list.first ?? "")") }
        return PolicyError("invalid_argument", "the policy was refused\(fate):\n  \(list.joined(separator: "\n  "))")
    }
}
