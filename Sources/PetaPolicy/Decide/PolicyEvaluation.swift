internal import PetaWire

/// The evaluation of the rules for one call. It remembers the arguments, so that they are read once.
struct PolicyEvaluation {
    /// What became of one test.
    struct Outcome {
        let held: Bool
        /// What was compared; nil where it was missing or could not be read.
        let left: String?
        var isMissing: Bool { left == nil }
    }

    private let target: PolicyTarget
    private let caller: PolicyCaller
    /// The arguments are as the audit keeps them.
    private let isShaded: Bool
    private let read: () throws(PolicyUnreadable) -> JSON?
    private var arguments: JSON??
    private var looked = 0

    /// Bytes of text that one call may have looked through, over all rules. Each look is linear, but there can be many rules and one long text.
    static let lookLimit = 32 << 20

    init(
        _ target: PolicyTarget, _ caller: PolicyCaller, isShaded: Bool = false, _ read: @escaping () throws(PolicyUnreadable) -> JSON?
    ) {
        self.target = target
        self.caller = caller
        self.isShaded = isShaded
        self.read = read
    }

    /// Whether all conditions of a rule hold.
    mutating func holds(_ entry: CompiledPolicy.Entry) throws(PolicyFailure) -> Bool {
        for condition in entry.rule.conditions where try !holds(condition, entry) { return false }
        return true
    }

    private mutating func holds(_ condition: PolicyCondition, _ entry: CompiledPolicy.Entry) throws(PolicyFailure) -> Bool {
        switch condition {
        case .test(let test): return try outcome(test, entry).held
        case .any(let list):
            for one in list where try holds(one, entry) { return true }
            return false
        case .all(let list):
            for one in list where try !holds(one, entry) { return false }
            return true
        }
    }

    /// Where a place holds several values, a rule that closes wants one that fits, and one that opens wants all to.
    mutating func outcome(_ test: PolicyTest, _ entry: CompiledPolicy.Entry) throws(PolicyFailure) -> Outcome {
        let found = try find(test.left.path, entry)
        if case .presence(let wanted) = test.right {
            let isThere = found.map { $0.array.map { !$0.isEmpty } ?? !$0.isNull } ?? false
            return Outcome(held: (isThere == wanted) != test.isNegated, left: isThere ? "there" : "not there")
        }
        let missing = Outcome(held: entry.rule.missing == .match, left: nil)
        guard let found, !found.isNull else { return missing }
        let others: [PolicyValue]
        switch test.right {
        case .values(let values): others = values
        case .reference(let reference):
            guard let right = try find(reference.path, entry) else { return missing }
            let values = Self.values(right, reference.kind)
            guard !values.isEmpty, !values.contains(nil) else { return missing }
            others = values.compactMap(\.self)
        case .expressions, .ranges, .presence: others = []
        }
        let values = Self.values(found, test.left.kind)
        guard !values.isEmpty else { return missing }
        let closes = entry.rule.decision.isClosing
        var shown: String?
        for value in values {
            try look(value, test, others.count)
            // What cannot be read counts as the rule says; there is no way to hide one bad value among good ones.
            let answer = value.flatMap { test.holds($0, others) }
            let held = answer ?? missing.held
            if shown == nil || held == closes { shown = answer == nil ? nil : value?.text }
            if held == closes { return Outcome(held: closes, left: shown) }
        }
        return Outcome(held: !closes, left: shown)
    }

    /// Counts what a test looks through.
    private mutating func look(_ value: PolicyValue?, _ test: PolicyTest, _ count: Int) throws(PolicyFailure) {
        guard case .text(let text)? = value else { return }
        var times = count
        if case .expressions(let list) = test.right { times = list.count }
        looked += text.utf8.count * max(1, times)
        guard looked <= Self.lookLimit else {
            throw PolicyFailure(why: "the rules would look through more than \(Self.lookLimit) bytes of text")
        }
    }

    /// The values of a place, each nil where it cannot be read.
    private static func values(_ json: JSON, _ kind: PolicyValue.Kind?) -> [PolicyValue?] {
        func read(_ json: JSON) -> PolicyValue? { kind.map { PolicyValue(json, as: $0) } ?? PolicyValue(json) }
        // The length of an array is that of the array.
        guard kind != .length, let items = json.array else { return [read(json)] }
        return items.map(read)
    }

    // MARK: places

    mutating func find(_ path: PolicyPath, _ entry: CompiledPolicy.Entry) throws(PolicyFailure) -> JSON? {
        switch path.root {
        case .args:
            guard let tree = try known() else { return nil }
            if isShaded, path.isShaded(in: tree) { throw PolicyFailure(why: "'\(path.text)' was hidden or cut", isUnknown: true) }
            return try path.find(in: tree)
        case .server: return .string(target.server)
        case .ip: return caller.address.map(JSON.string)
        default: break
        }
        let keys = path.steps.map { step in if case .key(let key) = step { key } else { "" } }
        switch (path.root, keys.first ?? "") {
        case (.user, "id"): return .string(caller.user)
        case (.user, "name"): return .string(caller.userName)
        case (.user, "role"): return .string(caller.role)
        case (.user, "workspace"): return .string(caller.workspace)
        case (.user, _): return caller.labels[keys[1]].map(JSON.string)
        case (.client, "name"): return caller.clientName.map(JSON.string)
        case (.client, _): return caller.clientVersion.map(JSON.string)
        case (.session, "id"): return caller.session.map(JSON.string)
        case (.session, _): return caller.era.map(JSON.string)
        case (.tool, "name"): return .string(target.name)
        case (.tool, "kind"): return .string(target.kind.rawValue)
        case (.tool, _): return target.flag(keys[1]).map(JSON.bool) ?? target.annotations?[keys[1]]
        case (.time, let part): return PolicyClock(caller.time, offset: entry.offset).part(part)
        default: return nil
        }
    }

    private mutating func known() throws(PolicyFailure) -> JSON? {
        if let arguments { return arguments }
        do throws(PolicyUnreadable) {
            let fresh = try read()
            arguments = .some(fresh)
            return fresh
        } catch {
            throw PolicyFailure(why: error.why, isUnknown: isShaded)
        }
    }
}
