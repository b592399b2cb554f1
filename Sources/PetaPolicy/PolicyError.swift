internal import PetaStore

/// What an operation on policy sets refuses, in words for the operator.
package struct PolicyError: OperatorError, Equatable {
    package let code: String
    package let message: String
    package let hint: String?

    init(_ code: String, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

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
