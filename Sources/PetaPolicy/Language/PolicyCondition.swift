internal import CPetaShim
internal import PetaWire

/// Something that has to be true of a call.
indirect enum PolicyCondition: Sendable {
    case test(PolicyTest)
    /// At least one of them.
    case any([PolicyCondition])
    /// Each of them.
    case all([PolicyCondition])

    static let depthLimit = 4

    var readsArguments: Bool {
        switch self {
        case .test(let test): test.left.path.root == .args || test.rightPath?.root == .args
        case .any(let list), .all(let list): list.contains { $0.readsArguments }
        }
    }
}

/// One comparison.
struct PolicyTest: Sendable {
    enum Operation: String, Sendable, CaseIterable {
        case eq, neq, gt, gte, lt, lte, `in`, matches, exists, contains, cidr
        case notIn = "not_in"
        case startsWith = "starts_with"
        case endsWith = "ends_with"

        var isOrder: Bool { [.gt, .gte, .lt, .lte].contains(self) }
    }

    /// A place, and how what stands there is read.
    struct Reference: Sendable, Equatable {
        let path: PolicyPath
        /// Nil: as it stands.
        let kind: PolicyValue.Kind?
        /// As the rule calls it: `$amount`.
        let text: String
    }

    /// What is compared with.
    enum Right: Sendable {
        case values([PolicyValue])
        case reference(Reference)
        case expressions([Expression])
        case ranges([AddressRange])
        /// Of `exists`: whether it has to.
        case presence(Bool)
    }

    let left: Reference
    let operation: Operation
    let right: Right
    /// The opposite has to be true.
    let isNegated: Bool
    /// As it was written, for those who explain.
    let rightText: String

    var rightPath: PolicyPath? { if case .reference(let reference) = right { reference.path } else { nil } }

    /// Whether it is true of one value; nil where the value cannot be read as what it is compared with.
    func holds(_ value: PolicyValue, _ others: [PolicyValue]) -> Bool? {
        guard let plain = plainly(value, others) else { return nil }
        return plain != isNegated
    }

    private func plainly(_ value: PolicyValue, _ others: [PolicyValue]) -> Bool? {
        switch operation {
        case .eq: return one(others) { value.equals($0) }
        case .neq: return one(others) { value.equals($0).map(!) }
        case .gt: return one(others) { $0.isBelow(value) }
        case .lte: return one(others) { $0.isBelow(value).map(!) }
        case .lt: return one(others) { value.isBelow($0) }
        case .gte: return one(others) { value.isBelow($0).map(!) }
        case .in: return among(value, others)
        case .notIn: return among(value, others).map(!)
        case .contains: return inText(value, others) { $0.utf8.isPart(of: $1) }
        case .startsWith: return inText(value, others) { $1.starts(with: $0.utf8) }
        case .endsWith: return inText(value, others) { $1.reversed().starts(with: $0.utf8.reversed()) }
        case .matches:
            guard case .expressions(let list) = right else { return nil }
            let text = value.text.composed
            return list.contains { $0.isFound(in: text) }
        case .cidr:
            guard case .ranges(let list) = right, let address = value.address else { return nil }
            return list.contains { $0.contains(address) }
        case .exists: return nil
        }
    }

    private func one(_ others: [PolicyValue], _ compare: (PolicyValue) -> Bool?) -> Bool? { others.first.flatMap(compare) }

    /// True as soon as one is equal; nil if none is and some could not be compared.
    private func among(_ value: PolicyValue, _ others: [PolicyValue]) -> Bool? {
        var isSure = true
        for other in others {
            switch value.equals(other) {
            case true?: return true
            case false?: break
            // A list may hold words and numbers: a word is none of the numbers.
            case nil: if others.allSatisfy({ value.equals($0) == nil }) { isSure = false }
            }
        }
        return isSure ? false : nil
    }

    private func inText(_ value: PolicyValue, _ others: [PolicyValue], _ test: (String, String.UTF8View) -> Bool) -> Bool {
        let text = value.text.composed
        return others.contains { test($0.text.composed, text.utf8) }
    }
}

extension String.UTF8View {
    /// True if these bytes stand somewhere in the others; in linear time.
    fileprivate func isPart(of text: String.UTF8View) -> Bool {
        guard !isEmpty else { return true }
        return Array(self).withUnsafeBytes { needle in
            Array(text).withUnsafeBytes { hay in
                guard let place = hay.baseAddress, let sought = needle.baseAddress else { return false }
                return peta_memmem(place, hay.count, sought, needle.count) != nil
            }
        }
    }
}
