package import PetaWire

/// Something that a rule looked at.
package struct PolicyInput: Sendable, Equatable {
    /// As the rule calls it: `$amount`, `$args.amount`.
    package let reference: String
    /// The last name in its path, which may tell that the value is secret.
    package let key: String?
    /// What stood there; nil where nothing did.
    package let value: JSON?

    /// The most that are told of one rule.
    static let limit = 32

    package init(reference: String, key: String?, value: JSON?) {
        self.reference = reference
        self.key = key
        self.value = value
    }
}

extension PolicyEvaluation {
    /// What the conditions of a rule refer to, each once, in their order.
    mutating func inputs(of entry: CompiledPolicy.Entry) -> [PolicyInput] {
        var inputs: [PolicyInput] = []
        gather(entry.rule.conditions, entry, &inputs)
        return inputs
    }

    private mutating func gather(_ conditions: [PolicyCondition], _ entry: CompiledPolicy.Entry, _ inputs: inout [PolicyInput]) {
        for condition in conditions where inputs.count < PolicyInput.limit {
            switch condition {
            case .any(let list), .all(let list): gather(list, entry, &inputs)
            case .test(let test):
                add(test.left, entry, &inputs)
                if case .reference(let right) = test.right { add(right, entry, &inputs) }
            }
        }
    }

    private mutating func add(_ reference: PolicyTest.Reference, _ entry: CompiledPolicy.Entry, _ inputs: inout [PolicyInput]) {
        guard inputs.count < PolicyInput.limit, !inputs.contains(where: { $0.reference == reference.text }) else { return }
        let key = reference.path.steps.reduce(nil as String?) { last, step in if case .key(let key) = step { key } else { last } }
        let found = try? find(reference.path, entry)
        inputs.append(PolicyInput(reference: reference.text, key: key, value: found))
    }
}
