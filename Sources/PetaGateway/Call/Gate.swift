internal import NIOCore
internal import PetaApprovals
internal import PetaCrypto
internal import PetaDownstream
internal import PetaPolicy
internal import PetaWire

/// What stands between a call and its server while a person has to say yes. Most calls have none.
final class Gate {
    /// Why somebody is asked.
    var need: PolicyVerdict
    /// The approved call that this one runs; nil until somebody has said yes.
    var claim: RequestStates.Claim?
    /// An earlier request of the client has begun it.
    let isResumed: Bool
    /// How often the client has come back only to wait on.
    let rounds: UInt8
    /// What the approval was looked up by, and what it is about.
    var digest: SHA256Digest?
    var definition: SHA256Digest?
    var arguments: JSON?
    private var bell: UInt64?
    private var timer: Scheduled<Void>?
    private var progress: RepeatedTask?
    /// The request that its client says it comes back for.
    var resuming: String?
    /// The bytes with which it counts among those that wait; nil where it does not.
    var held: Int?
    /// The approvals are being asked.
    var isEntering = false
    /// Something has happened meanwhile.
    var isDue = false
    /// The time to wait is over.
    var isUp = false
    /// Its client, or the gateway, has given up meanwhile.
    var abandoned: DownstreamFailure?
    /// How it stood the last time.
    var last: Approval?
    /// The server has answered.
    var isAnswered = false
    /// The server said that it did not run.
    var isUnrun = false
    /// It went out, or part of it did, and nothing says that it did not arrive.
    var mayHaveRun = false
    /// The same before the last attempt.
    var mayHaveRunBefore = false
    /// Signs of life that its client was given.
    var steps = 0

    /// When it began to wait, and when that was over.
    private var waitBegan: NIODeadline?
    private var waitEnded: NIODeadline?
    var waited: Range<NIODeadline>? { waitBegan.map { $0..<max($0, waitEnded ?? .now()) } }

    /// A client waits at most so many rounds; then it is told to come back by itself.
    static let roundLimit: UInt8 = 8

    init(_ need: PolicyVerdict, claim: RequestStates.Claim? = nil, rounds: UInt8 = 0) {
        self.need = need
        self.claim = claim
        self.rounds = rounds
        isResumed = claim != nil
    }

    /// Rings for another call than before.
    func listen(_ digest: SHA256Digest, _ bells: ApprovalBell, _ wake: @escaping @Sendable () -> Void) {
        guard self.digest != digest else { return }
        hush(bells)
        self.digest = digest
        bell = bells.wait(for: digest, wake)
    }

    private func hush(_ bells: ApprovalBell) {
        if let bell, let digest { bells.stop(bell, of: digest) }
        bell = nil
    }

    func time(_ timer: Scheduled<Void>, _ progress: RepeatedTask?) {
        waitBegan = .now()
        self.timer = timer
        self.progress = progress
    }

    /// An attempt goes out.
    func isSent() {
        mayHaveRunBefore = mayHaveRun
        mayHaveRun = true
    }

    /// It did not arrive.
    func wasNotSent() { mayHaveRun = mayHaveRunBefore }

    /// What is asked for now is what was approved: the same rule, of the same version, for the same tool.
    func isPassed(_ verdict: PolicyVerdict, _ definition: SHA256Digest?) -> Bool {
        claim != nil && verdict.decision == .requireApproval && verdict.rule == need.rule && verdict.version == need.version
            && definition == self.definition
    }

    /// Nothing is waited for any more.
    func stop(_ bells: ApprovalBell) {
        if waitEnded == nil { waitEnded = .now() }
        hush(bells)
        timer?.cancel()
        progress?.cancel()
        timer = nil
        progress = nil
    }
}
