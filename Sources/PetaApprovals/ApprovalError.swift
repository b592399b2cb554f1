package import PetaStore

/// What an operation on approvals refuses, in words for the operator.
package typealias ApprovalError = OperatorFailure

extension ApprovalError {
    static func none(_ id: String) -> ApprovalError {
        ApprovalError("not_found", "there is no approval '\(ApprovalID.isValid(id) ? id : "?")'", hint: "peta approve list --all")
    }

    static func expired(_ id: String) -> ApprovalError { ApprovalError("already_exists", "approval \(id) has expired") }

    static func decided(_ approval: Approval) -> ApprovalError {
        let who = approval.decision.map { " by \($0.by)" } ?? ""
        let what =
            switch approval.status {
            case .rejected: "was rejected\(who)"
            case .expired: "has expired"
            default: "was approved\(who)"
            }
        return ApprovalError("already_exists", "approval \(approval.id) \(what) already")
    }

    static func voted(_ id: String, by: String) -> ApprovalError {
        ApprovalError("already_exists", "\(by) has approved \(id) already; it takes others too")
    }

    static func own(_ approval: Approval) -> ApprovalError {
        ApprovalError(
            "not_permitted", "this is a request of your own user '\(approval.call.user)', and nobody decides about their own",
            hint: "let somebody else decide, let the agent have a user of its own, or set approvals.self-approval")
    }

    static func notNow(_ id: String, _ status: Approval.Status) -> ApprovalError {
        ApprovalError("failed", "approval \(id) is \(status.rawValue)")
    }
}
