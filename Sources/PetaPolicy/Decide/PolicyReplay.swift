package import PetaWire

/// A call that was made, as far as its record tells.
package struct PastCall: Sendable {
    /// What is known of its arguments.
    package enum Arguments: Sendable {
        /// It had none.
        case none
        /// As the audit keeps them.
        case kept(JSON)
        case lost
    }

    package var target: PolicyTarget
    /// Its server offers it at present, so that its annotations are known.
    package var isOffered: Bool
    package var caller: PolicyCaller
    /// Who called is known at present, with name and labels.
    package var isUserKnown: Bool
    package var isRoleKnown: Bool
    package var arguments: Arguments
    /// What is asked for has no arguments by its nature.
    package var hasNone: Bool

    package init(
        target: PolicyTarget, isOffered: Bool, caller: PolicyCaller, isUserKnown: Bool, isRoleKnown: Bool, arguments: Arguments,
        hasNone: Bool
    ) {
        self.target = target
        self.isOffered = isOffered
        self.caller = caller
        self.isUserKnown = isUserKnown
        self.isRoleKnown = isRoleKnown
        self.arguments = arguments
        self.hasNone = hasNone
    }
}

/// Judges calls that were made by two policies, without guessing what is not known of them.
package struct PolicyReplay: Sendable {
    package enum Outcome: Sendable {
        case same
        case verdicts(before: PolicyVerdict, after: PolicyVerdict)
        case unknown(Unknown)
    }

    /// Why a call cannot be judged once more.
    package enum Unknown: String, Sendable, CaseIterable {
        case arguments = "its arguments were not kept"
        case hidden = "a value that a rule looks at was hidden or cut"
        case user = "its user is not there any more"
        case offer = "its server does not offer it any more, so its annotations are not known"
    }

    private let before: CompiledPolicy
    private let after: CompiledPolicy
    /// Rules of another version of their set that read the same.
    private let unchanged: Set<String>
    /// What may be about each target, since looking at each rule takes long.
    private var known: [String: Rules] = [:]
    private static let knownLimit = 4_096

    private struct Rules: Sendable {
        let before: [CompiledPolicy.Entry]
        let after: [CompiledPolicy.Entry]
        let candidates: [CompiledPolicy.Candidates]
    }

    /// - Parameter unchanged: `set/rule` of rules that read the same in both, whatever the version of their set.
    package init(before: CompiledPolicy, after: CompiledPolicy, unchanged: Set<String>) {
        self.before = before
        self.after = after
        self.unchanged = unchanged
    }

    package mutating func judge(_ call: PastCall) -> Outcome {
        let rules = rules(call)
        let lists = (fitting(rules.before, call), fitting(rules.after, call))
        // The same rules say the same, whatever they look at.
        if before.denies == after.denies, isSame(lists.0, lists.1) { return .same }
        let all = lists.0 + lists.1
        if !call.isOffered, all.contains(where: { $0.rule.readsAnnotations }) { return .unknown(.offer) }
        if !call.isUserKnown, all.contains(where: { $0.rule.readsUser }) { return .unknown(.user) }
        if !call.isRoleKnown, all.contains(where: { $0.rule.readsRole }) { return .unknown(.user) }
        let verdicts = zip([before, after], rules.candidates).map { policy, candidates in
            policy.decide(candidates, call.caller, isShaded: true) { () throws(PolicyUnreadable) -> JSON? in
                switch call.arguments {
                case .none: return nil
                case .kept(let arguments): return arguments
                case .lost: throw PolicyUnreadable(why: Unknown.arguments.rawValue)
                }
            }
        }
        if verdicts.contains(where: \.isUnknown) {
            if case .lost = call.arguments { return .unknown(.arguments) }
            return .unknown(.hidden)
        }
        return .verdicts(before: verdicts[0], after: verdicts[1])
    }

    private mutating func rules(_ call: PastCall) -> Rules {
        let key = "\(call.target.server)\u{0}\(call.target.kind.rawValue)\u{0}\(call.target.name)"
        if let found = known[key] { return found }
        if known.count >= Self.knownLimit { known = [:] }
        let candidates = [before, after].map { policy in
            call.hasNone ? policy.candidates(for: call.target).withoutArguments : policy.candidates(for: call.target)
        }
        let made = Rules(before: about(before, call), after: about(after, call), candidates: candidates)
        known[key] = made
        return made
    }

    /// The rules that may be about what is called, as far as it is known.
    private func about(_ policy: CompiledPolicy, _ call: PastCall) -> [CompiledPolicy.Entry] {
        policy.entries.filter { entry in
            guard entry.server == nil || entry.server == call.target.server, !(call.hasNone && entry.rule.readsArguments) else {
                return false
            }
            var match = entry.rule.match
            if !call.isOffered { match.annotations = [:] }
            return match.fits(call.target)
        }
    }

    /// Those that may be about who calls.
    private func fitting(_ entries: [CompiledPolicy.Entry], _ call: PastCall) -> [CompiledPolicy.Entry] {
        entries.filter { entry in
            var match = entry.rule.match
            if !call.isUserKnown { match.labels = [:] }
            if !call.isRoleKnown { match.role = [] }
            return match.fits(call.caller)
        }
    }

    private func isSame(_ one: [CompiledPolicy.Entry], _ other: [CompiledPolicy.Entry]) -> Bool {
        one.count == other.count
            && zip(one, other).allSatisfy { a, b in a.id == b.id && (a.version == b.version || unchanged.contains(a.id)) }
    }
}

extension PolicyRule {
    fileprivate var readsAnnotations: Bool {
        !match.annotations.isEmpty || conditions.contains { $0.refers { $0.root == .tool && $0.steps.first == .key("annotations") } }
    }

    fileprivate var readsUser: Bool {
        !match.labels.isEmpty
            || conditions.contains {
                $0.refers { path in path.root == .user && ["labels", "name", "workspace"].contains { path.steps.first == .key($0) } }
            }
    }

    fileprivate var readsRole: Bool {
        !match.role.isEmpty || conditions.contains { $0.refers { $0.root == .user && $0.steps.first == .key("role") } }
    }
}

extension PolicyCondition {
    fileprivate func refers(_ fits: (PolicyPath) -> Bool) -> Bool {
        switch self {
        case .test(let test): fits(test.left.path) || test.rightPath.map(fits) ?? false
        case .any(let list), .all(let list): list.contains { $0.refers(fits) }
        }
    }
}
