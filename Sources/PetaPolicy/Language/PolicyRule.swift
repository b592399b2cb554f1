internal import PetaWire

/// One rule: which calls it is about, what it looks at, and what it decides.
package struct PolicyRule: Sendable {
    /// What a rule decides.
    package enum Decision: String, Sendable, CaseIterable {
        case allow, deny
        case requireApproval = "require_approval"

        /// True where it takes something away: then what cannot be read counts as dangerous.
        var isClosing: Bool { self != .allow }
    }

    /// What a rule can say about values that are missing or cannot be read.
    enum Missing: String, Sendable, CaseIterable {
        /// The condition holds.
        case match
        /// It does not.
        case skip
    }

    package let id: String
    package let description: String
    /// Lower is tried first.
    package let priority: Int
    let match: PolicyMatch
    let conditions: [PolicyCondition]
    package let decision: Decision
    /// What client and audit are told.
    package let reason: String
    /// How many people have to approve; nil: what the gateway says.
    package let approvers: Int?
    let missing: Missing
    /// Where it begins in the text, counted from 1.
    package let line: Int

    static let defaultPriority = 1_000
    static let conditionLimit = 32
    static let extractLimit = 32
    static let approverLimit = 1...10

    /// True if its verdict depends on the arguments.
    var readsArguments: Bool { conditions.contains { $0.readsArguments } }
}

/// Which calls a rule is about: everything that is named has to fit.
struct PolicyMatch: Sendable, Equatable {
    /// What of a server is asked for.
    var server: [Glob] = []
    var tool: [Glob] = []
    var prompt: [Glob] = []
    var resource: [Glob] = []
    var role: [Glob] = []
    var user: [Glob] = []
    var client: [Glob] = []
    var labels: [String: [Glob]] = [:]
    var annotations: [String: Annotation] = [:]

    enum Annotation: Sendable, Equatable {
        case flag(Bool)
        case text([Glob])
    }

    /// Fits what is called, whoever calls it.
    func fits(_ target: PolicyTarget) -> Bool {
        guard server.isEmpty || server.contains(where: { $0.matches(target.server) }) else { return false }
        if !(tool.isEmpty && prompt.isEmpty && resource.isEmpty) {
            let globs: [Glob]
            switch target.kind {
            case .tool: globs = tool
            case .prompt: globs = prompt
            case .resource: globs = resource
            }
            guard globs.contains(where: { $0.matches(target.name) }) else { return false }
        }
        return annotations.allSatisfy { name, wanted in
            switch wanted {
            case .flag(let flag): target.flag(name) == flag
            case .text(let globs): target.annotations?[name]?.string.map { text in globs.contains { $0.matches(text) } } ?? false
            }
        }
    }

    /// Fits who calls.
    func fits(_ caller: PolicyCaller) -> Bool {
        guard role.isEmpty || role.contains(where: { $0.matches(caller.role) }),
            user.isEmpty || user.contains(where: { $0.matches(caller.user) }),
            client.isEmpty || caller.clientName.map({ name in client.contains { $0.matches(name) } }) ?? false
        else { return false }
        return labels.allSatisfy { key, globs in caller.labels[key].map { value in globs.contains { $0.matches(value) } } ?? false }
    }

    /// True if nothing is said about who calls.
    var fitsEveryone: Bool { role.isEmpty && user.isEmpty && client.isEmpty && labels.isEmpty }
}
