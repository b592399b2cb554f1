/// How it stands with a call that needs an approval.
package enum ApprovalStanding: Sendable {
    /// It waits for a decision, or another request runs it.
    case waiting(Approval)
    /// It is this request's, and nobody else's, to run now.
    case claimed(Approval)
    /// It has run; nil where its result was too large to be kept.
    case executed(Approval, result: [UInt8]?)
    case rejected(Approval)
    /// It was begun, and how it ended is not known, or was no answer.
    case failed(Approval)
    /// What this request waited for was not decided in time.
    case expired(Approval)
    /// The client means another request than the one of this call.
    case other
    /// Too many wait already; in words for the client.
    case full(String)
}
