/// What rights and policy decided about a call.
package enum AuditDecision: String, Sendable, CaseIterable {
    /// It may run.
    case allow
    /// It may not run.
    case deny
    /// It may run once a person has allowed it.
    case requireApproval = "require_approval"
}
