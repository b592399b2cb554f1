import Foundation
import PetaApprovals
import PetaStore
import PetaWire
import Synchronization

/// Milliseconds that pass when a test says so.
final class TestClock: Sendable {
    private let now = Atomic<Int64>(1_800_000_000_000)
    func read() -> Int64 { now.load(ordering: .relaxed) }
    func pass(_ milliseconds: Int64) { now.wrappingAdd(milliseconds, ordering: .relaxed) }
}

/// Counts from many tasks.
final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .relaxed) }
    func next() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }
}

/// Turns each byte over: enough to see what is stored open.
struct TurningSealer: ApprovalSealer {
    func seal(_ plain: [UInt8], record: String) throws -> [UInt8] { plain.map { ~$0 } }
    func open(_ sealed: [UInt8], record: String) throws -> [UInt8] { sealed.map { ~$0 } }
}

/// Approvals in a directory of their own, which can be opened again as after a restart.
final class Desk {
    let directory = NSTemporaryDirectory() + "peta-approvals-" + UUID().uuidString
    let clock = TestClock()
    var bounds = ApprovalBounds()

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Opens, runs, and closes: what `body` leaves behind is what a killed gateway leaves.
    func withApprovals<R>(failing faults: Faults? = nil, _ body: (Approvals, Store) async throws -> R) async throws -> R {
        let store = try Store(directory: directory, migrations: Approvals.migrations, willCommit: { try faults?.step() })
        let approvals = Approvals(
            store: SQLiteApprovalStore(store), sealer: TurningSealer(), bounds: bounds, clock: { [clock] in clock.read() })
        let result: Result<R, any Error>
        do { result = .success(try await body(approvals, store)) } catch { result = .failure(error) }
        try store.close()
        return try result.get()
    }
}

/// Makes the N-th commit fail.
final class Faults: Sendable {
    struct Failure: Error {}
    private let left = Atomic<Int>(.max)
    private let seen = Atomic<Int>(0)

    /// The commit after the next `count` fails, once.
    func fail(after count: Int) { left.store(count, ordering: .relaxed) }

    /// Commits so far.
    var count: Int { seen.load(ordering: .relaxed) }

    func step() throws {
        seen.wrappingAdd(1, ordering: .relaxed)
        guard left.load(ordering: .relaxed) != .max else { return }
        if left.wrappingSubtract(1, ordering: .relaxed).oldValue == 0 {
            left.store(.max, ordering: .relaxed)
            throw Failure()
        }
    }
}

/// A transfer by alice.
func transfer(_ amount: Int = 5, user: String = "alice", approvers: Int = 1) -> ApprovalCall {
    ApprovalCall(
        user: user, method: "tools/call", server: "bank", tool: "transfer", arguments: ["amount": .int(amount), "to": "bob"],
        definition: nil, rule: "money/large", policyVersion: 3, reason: "over 1", approvers: approvers)
}

func yes(_ by: String = "uid:0", reason: String? = nil) -> Approval.Decision {
    Approval.Decision(by: by, role: "owner", channel: "cli", approves: true, at: 0, reason: reason)
}

func no(_ by: String = "uid:0", reason: String = "too much") -> Approval.Decision {
    Approval.Decision(by: by, role: "owner", channel: "cli", approves: false, at: 0, reason: reason)
}

extension ApprovalStanding {
    /// The request that it is about.
    var approval: Approval? {
        switch self {
        case .waiting(let approval), .claimed(let approval), .executed(let approval, _), .rejected(let approval), .failed(let approval),
            .expired(let approval):
            approval
        case .full, .other: nil
        }
    }

    var word: String {
        switch self {
        case .waiting(let approval): approval.status == .pending ? "waiting" : "running"
        case .claimed: "claimed"
        case .executed: "executed"
        case .rejected: "rejected"
        case .failed: "failed"
        case .full: "full"
        case .expired: "expired"
        case .other: "other"
        }
    }
}
