internal import NIOCore
internal import PetaApprovals
internal import Synchronization

/// The way from calls on event loops to the approvals, which work off them, and back.
final class ApprovalDesk: Sendable {
    typealias Work = @Sendable () async -> Void

    let approvals: Approvals
    private let work: AsyncStream<Work>.Continuation
    private let held = Mutex<[String: Share]>([:])

    /// Calls that wait here, and the bytes of their requests.
    private struct Share {
        var calls = 0
        var bytes = 0

        func hasRoom(calls: Int, bytes: Int) -> Bool { self.calls < calls && self.bytes < bytes }
    }

    /// Of one user, and of all (under no name).
    private static let userLimit = (calls: 2048, bytes: 32 << 20)
    private static let limit = (calls: 8192, bytes: 128 << 20)

    /// Whoever reads `work` does it.
    init(_ approvals: Approvals, _ work: AsyncStream<Work>.Continuation) {
        self.approvals = approvals
        self.work = work
    }

    /// Lets a call wait for its decision; false where its user, or all together, have too many or too large ones waiting: its client is told to
    /// come back at once then. ``letGo(_:bytes:)`` ends it.
    func hold(_ user: String, bytes: Int) -> Bool {
        held.withLock { held in
            guard held[user, default: Share()].hasRoom(calls: Self.userLimit.calls, bytes: Self.userLimit.bytes),
                held["", default: Share()].hasRoom(calls: Self.limit.calls, bytes: Self.limit.bytes)
            else { return false }
            for name in [user, ""] {
                held[name, default: Share()].calls += 1
                held[name, default: Share()].bytes += bytes
            }
            return true
        }
    }

    func letGo(_ user: String, bytes: Int) {
        held.withLock { held in
            for name in [user, ""] {
                guard var share = held[name] else { continue }
                share.calls -= 1
                share.bytes -= bytes
                held[name] = share.calls > 0 ? share : nil
            }
        }
    }

    /// No more comes; what was given is still done.
    func close() { work.finish() }

    /// How it stands with a call; `done` is called on the loop.
    func enter(
        _ call: ApprovalCall, request: String, awaited: String?, resuming: String?, on loop: any EventLoop,
        _ done: @escaping @Sendable (Result<ApprovalStanding, any Error>) -> Void
    ) {
        ask(on: loop, { try await $0.enter(call, request: request, awaited: awaited, resuming: resuming) }, done)
    }

    /// How a claimed call ended.
    enum Ending: Sendable {
        /// With what it answered, if that can be kept.
        case finished([UInt8]?)
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
