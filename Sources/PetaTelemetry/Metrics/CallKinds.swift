/// What calls are told apart by: each a closed list, so that no client can make another series.
package enum CallMethod: Int, CaseIterable, Sendable {
    case toolCall, promptGet, resourceRead, completion, subscribe, unsubscribe, listen, taskGet, taskResult, taskUpdate, taskCancel
    case elicitation, sampling, roots
    case other

    package init(_ name: String) {
        switch name {
        case "tools/call": self = .toolCall
        case "prompts/get": self = .promptGet
        case "resources/read": self = .resourceRead
        case "completion/complete": self = .completion
        case "resources/subscribe": self = .subscribe
        case "resources/unsubscribe": self = .unsubscribe
        case "subscriptions/listen": self = .listen
        case "tasks/get": self = .taskGet
        case "tasks/result": self = .taskResult
        case "tasks/update": self = .taskUpdate
        case "tasks/cancel": self = .taskCancel
        case "elicitation/create": self = .elicitation
        case "sampling/createMessage": self = .sampling
        case "roots/list": self = .roots
        default: self = .other
        }
    }

    /// The value of the label.
    package var name: String {
        switch self {
        case .toolCall: "tools/call"
        case .promptGet: "prompts/get"
        case .resourceRead: "resources/read"
        case .completion: "completion/complete"
        case .subscribe: "resources/subscribe"
        case .unsubscribe: "resources/unsubscribe"
        case .listen: "subscriptions/listen"
        case .taskGet: "tasks/get"
        case .taskResult: "tasks/result"
        case .taskUpdate: "tasks/update"
        case .taskCancel: "tasks/cancel"
        case .elicitation: "elicitation/create"
        case .sampling: "sampling/createMessage"
        case .roots: "roots/list"
        case .other: "other"
        }
    }
}

/// How a call ended; the audit's words.
package enum CallOutcome: String, CaseIterable, Sendable {
    case ok, error, denied, pending, cancelled, timeout, lost, stopped

    var index: Int {
        switch self {
        case .ok: 0
        case .error: 1
        case .denied: 2
        case .pending: 3
        case .cancelled: 4
        case .timeout: 5
        case .lost: 6
        case .stopped: 7
        }
    }
}

/// What was decided about a call.
package enum CallDecision: String, CaseIterable, Sendable {
    case allow, deny
    case requireApproval = "require_approval"

    var index: Int {
        switch self {
        case .allow: 0
        case .deny: 1
        case .requireApproval: 2
        }
    }
}

/// What decided it.
package enum DecisionLayer: String, CaseIterable, Sendable {
    /// Nothing stood against it.
    case none
    /// There is no such tool, prompt or resource.
    case target
    case rights, policy
    /// The level that a tool's server or its user has set.
    case danger

    var index: Int {
        switch self {
        case .none: 0
        case .target: 1
        case .rights: 2
        case .policy: 3
        case .danger: 4
        }
    }
}

/// Which protocol a request is of.
package enum RequestEra: String, CaseIterable, Sendable {
    case legacy, modern

    var index: Int { self == .legacy ? 0 : 1 }
}
