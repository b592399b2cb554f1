package import PetaWire

/// All rules that are in force, ready to be asked. Immutable: a change makes another one.
package final class CompiledPolicy: Sendable {
    /// One rule of one set.
    package struct Entry: Sendable {
        /// The set's name.
        package let set: String
        package let version: Int
        /// The server of a set that belongs to one.
        let server: String?
        let offset: Int
        package let rule: PolicyRule

        /// What audit and people call it: `set/rule`.
        package var id: String { "\(set)/\(rule.id)" }
    }

    /// A set that is in force.
    package struct Active: Sendable {
        let name: String
        let version: Int
        let server: String?
        let document: PolicyDocument

        package init(name: String, version: Int, server: String?, document: PolicyDocument) {
            self.name = name
            self.version = version
            self.server = server
            self.document = document
        }
    }

    /// In the order in which they are tried.
    package let entries: [Entry]
    /// What holds where no rule decides.
    package let denies: Bool

    /// True where every call is allowed.
    package var allowsAll: Bool { entries.isEmpty && !denies }

    /// True where some rule asks people.
    package let asksPeople: Bool

    /// No rules: everything is allowed.
    package static let empty = CompiledPolicy([], denies: false)

    /// Lower priority first; at the same, sets of a server before global ones, then by the set's name and the order in it.
    package init(_ sets: [Active], denies: Bool) {
        self.denies = denies
        let all = sets.sorted { $0.name < $1.name }.flatMap { set in
            set.document.rules.map {
                Entry(set: set.name, version: set.version, server: set.server, offset: set.document.offset, rule: $0)
            }
        }
        entries = all.enumerated().sorted { a, b in
            let (one, other) = (a.element, b.element)
            if one.rule.priority != other.rule.priority { return one.rule.priority < other.rule.priority }
            if (one.server == nil) != (other.server == nil) { return one.server != nil }
            return a.offset < b.offset
        }.map(\.element)
        asksPeople = entries.contains { $0.rule.decision == .requireApproval }
    }

    /// The rules that can decide calls of one target, in order.
    package struct Candidates: Sendable {
        let target: PolicyTarget
        let entries: [Entry]
        /// True if some verdict depends on the arguments.
        package let readArguments: Bool
        /// True where there are none.
        package var isEmpty: Bool { entries.isEmpty }

        init(_ target: PolicyTarget, _ entries: [Entry]) {
            self.target = target
            // Behind a rule that takes every call, no other decides.
            let last = entries.firstIndex { $0.rule.conditions.isEmpty && $0.rule.match.fitsEveryone }
            self.entries = last.map { Array(entries[...$0]) } ?? entries
            readArguments = self.entries.contains { $0.rule.readsArguments }
        }

        /// True where some rule is about some callers only.
        package var dependOnCaller: Bool { entries.contains { !$0.rule.match.fitsEveryone } }

        /// Those that are about this caller: to be kept as long as nothing of it that rules can match changes (user, role, labels, client).
        package func fitting(_ caller: PolicyCaller) -> Candidates { Candidates(target, entries.filter { $0.rule.match.fits(caller) }) }

        /// Without the rules that look at arguments, for what has none by its nature.
        package var withoutArguments: Candidates { readArguments ? Candidates(target, entries.filter { !$0.rule.readsArguments }) : self }
    }

    /// To be kept as long as neither this nor the target changes: it looks at each rule.
    package func candidates(for target: PolicyTarget) -> Candidates {
        Candidates(target, entries.filter { ($0.server == nil || $0.server == target.server) && $0.rule.match.fits(target) })
    }

    /// Judges one call. `arguments` is asked at most once, and only where a rule that is reached wants them; it gives nil where there are
    /// none. What cannot be judged is denied. `isShaded`: the arguments are as the audit keeps them, and what a rule that is reached finds
    /// hidden or cut cannot be judged.
    package func decide(
        _ candidates: Candidates, _ caller: PolicyCaller, isShaded: Bool = false, arguments: () throws(PolicyUnreadable) -> JSON?
    ) -> PolicyVerdict {
        if candidates.entries.isEmpty { return denies ? .denied : .allowed }
        return withoutActuallyEscaping(arguments) { arguments in
            var evaluation = PolicyEvaluation(candidates.target, caller, isShaded: isShaded, arguments)
            for entry in candidates.entries where entry.rule.match.fits(caller) {
                do throws(PolicyFailure) {
                    if try evaluation.holds(entry) {
                        return PolicyVerdict(
                            decision: entry.rule.decision, rule: entry.id, version: entry.version, reason: entry.rule.reason,
                            approvers: entry.rule.approvers,
                            inputs: entry.rule.conditions.isEmpty || isShaded ? [] : evaluation.inputs(of: entry))
                    }
                } catch {
                    return PolicyVerdict(
                        decision: .deny, rule: entry.id, version: entry.version, reason: "the call cannot be judged", failure: error.why,
                        isUnknown: error.isUnknown)
                }
            }
            return denies ? .denied : .allowed
        }
    }
}

/// What policy says of a call.
package struct PolicyVerdict: Sendable, Equatable {
    package let decision: PolicyRule.Decision
    /// `set/rule`; nil where no rule decided.
    package var rule: String?
    /// Of the rule's set.
    package var version: Int?
    package var reason = ""
    /// How many people have to approve; nil: what the gateway says.
    package var approvers: Int?
    /// Why the call could not be judged; for the operator, not for the client.
    package var failure: String?
    /// What the rule looked at, where it has conditions.
    package var inputs: [PolicyInput] = []
    /// Shaded arguments do not tell what would be decided.
    package var isUnknown = false

    package init(
        decision: PolicyRule.Decision, rule: String? = nil, version: Int? = nil, reason: String = "", approvers: Int? = nil,
        failure: String? = nil, inputs: [PolicyInput] = [], isUnknown: Bool = false
    ) {
        self.decision = decision
        self.rule = rule
        self.version = version
        self.reason = reason
        self.approvers = approvers
        self.failure = failure
        self.inputs = inputs
        self.isUnknown = isUnknown
    }

    static let allowed = PolicyVerdict(decision: .allow)
    static let denied = PolicyVerdict(decision: .deny, reason: "no rule allows it")
}

/// Arguments that are not to be judged: no JSON, or JSON that can be read in two ways.
package struct PolicyUnreadable: Error {
    package let why: String

    package init(why: String) { self.why = why }
}
