/// How much care a tool asks for; each level can be raised further down, never lowered.
package enum DangerLevel: String, Sendable, CaseIterable, Comparable {
    /// It runs.
    case silent
    /// It runs, and reviewers see that it did.
    case notify
    /// It runs when somebody has approved the call.
    case approval

    /// What a record names as the rule of a call that only the level ``approval`` keeps waiting.
    package static let rule = "danger approval"
    /// What is said of such a call.
    package static let reason = "the tool's danger level asks for it"

    package static func < (left: DangerLevel, right: DangerLevel) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .silent: 0
        case .notify: 1
        case .approval: 2
        }
    }
}
