internal import NIOCore
internal import PetaApprovals

/// The way from calls on event loops to the approvals, which work off them, and back.
final class ApprovalDesk: Sendable {
    typealias Work = @Sendable () async -> Void

    let approvals: Approvals
    private let work: AsyncStream<Work>.Continuation

    /// Whoever reads `work` does it.
    init(_ approvals: Approvals, _ work: AsyncStream<Work>.Continuation) {
        self.approvals = approvals
        self.work = work
    }

    /// No more comes; what was given is still done.
    func close() { work.finish() }

    /// How it stands with a call; `done` is called on the loop.
    func enter(
        _ call: ApprovalCall, request: String, isAgain: Bool, resuming: String?, on loop: any EventLoop,
        _ done: @escaping @Sendable (Result<ApprovalStanding, any Error>) -> Void
    ) {
        ask(on: loop, { try await $0.enter(call, request: request, isAgain: isAgain, resuming: resuming) }, done)
    }

    /// How a claimed call ended.
    enum Ending: Sendable {
        case finished([UInt8])
        case failed(String)
        case released
    }

    /// Stores how a claimed call ended; `done` is called on the loop.
    func close(_ claim: RequestStates.Claim, _ ending: Ending, on loop: any EventLoop, _ done: @escaping @Sendable () -> Void) {
        hand(on: loop) { [approvals] in
            switch ending {
            case .finished(let result): await approvals.finish(claim.id, request: claim.request, result: result)
            case .failed(let reason): await approvals.fail(claim.id, request: claim.request, reason: reason)
            case .released: await approvals.release(claim.id, request: claim.request)
            }
            loop.execute(done)
        } closed: {
            done()
        }
    }

    /// Something about one approval; `done` is called on the loop.
    func ask<Value: Sendable>(
        on loop: any EventLoop, _ question: @escaping @Sendable (Approvals) async throws -> Value,
        _ done: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        hand(on: loop) { [approvals] in
            let answer: Result<Value, any Error>
            do {
                answer = .success(try await question(approvals))
            } catch {
                answer = .failure(error)
            }
            loop.execute { done(answer) }
        } closed: {
            done(.failure(CancellationError()))
        }
    }

    private func hand(on loop: any EventLoop, _ job: @escaping Work, closed: @escaping @Sendable () -> Void) {
        if case .terminated = work.yield(job) { loop.execute(closed) }
    }
}
