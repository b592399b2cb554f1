import PetaPolicy
import PetaWire

/// A policy of one set, and calls of a user to be judged by it.
struct Bench {
    let compiled: CompiledPolicy

    init(_ yaml: String, denies: Bool = false) throws {
        compiled = CompiledPolicy([.init(name: "set", version: 1, server: nil, document: try PolicyDocument(yaml))], denies: denies)
    }

    /// A set with one rule: deny where these conditions hold.
    init(deny condition: String, extract: String = "", missing: String = "") throws {
        try self.init(Self.rule("deny", condition, extract, missing))
    }

    /// A set that allows where these conditions hold, in front of nothing: what is left is denied.
    init(allow condition: String, extract: String = "", missing: String = "") throws {
        try self.init(Self.rule("allow", condition, extract, missing), denies: true)
    }

    private static func rule(_ decision: String, _ condition: String, _ extract: String, _ missing: String) -> String {
        """
        rules:
          - id: r
            \(extract.isEmpty ? "" : "extract: {\(extract)}")
            \(missing.isEmpty ? "" : "missing: \(missing)")
            when: [\(condition)]
            effect: {decision: \(decision), reason: because}
        """
    }

    func verdict(
        _ arguments: String? = "{}", tool: String = "transfer", server: String = "bank", kind: PolicyTarget.Kind = .tool,
        annotations: JSON? = nil, _ change: (inout PolicyCaller) -> Void = { _ in }
    ) -> PolicyVerdict {
        var caller = PolicyCaller(
            user: "alice", userName: "Alice", role: "user", labels: ["team": "red"], workspace: "default", time: 1_795_625_100)
        caller.clientName = "claude"
        caller.clientVersion = "1.2"
        caller.address = "192.0.2.7"
        caller.era = "modern"
        change(&caller)
        let candidates = compiled.candidates(for: PolicyTarget(server: server, kind: kind, name: tool, annotations: annotations))
        return compiled.decide(candidates, caller) { () throws(PolicyUnreadable) -> JSON? in
            guard let arguments else { return nil }
            do throws(JSONError) { return try JSON.parse(arguments) } catch { throw PolicyUnreadable(why: error.message) }
        }
    }

    func denies(_ arguments: String?) -> Bool { verdict(arguments).decision == .deny }
}

/// What is wrong with a text, a line each.
func problems(_ yaml: String) -> [String] {
    do throws(PolicyInvalid) {
        _ = try PolicyDocument(yaml)
        return []
    } catch {
        return error.problems.map(\.text)
    }
}
