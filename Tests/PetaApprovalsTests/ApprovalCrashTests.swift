import Foundation
import PetaApprovals
import PetaStore
import Synchronization
import Testing

@Suite("Approvals and crashes")
struct ApprovalCrashTests {
    /// Runs a call as the gateway does, as far as it comes. Counts what it ran.
    private func live(_ approvals: Approvals, _ runs: Counter) async {
        do {
            try await approvals.recover()
            for step in 0..<6 {
                switch try await approvals.enter(transfer(), request: "r\(step)-\(UUID().uuidString)") {
                case .waiting(let approval):
                    guard approval.status == .pending else { return }
                    _ = try await approvals.decide(approval.id, yes("reviewer\(step)"), users: [])
                case .claimed(let approval):
                    _ = runs.next()
                    await approvals.finish(approval.id, request: approval.claimedBy ?? "", result: Array("done".utf8))
                case .executed, .failed, .rejected, .full, .other, .expired: return
                }
            }
        } catch {
            // The gateway goes on; here its life ends.
        }
    }

    @Test("whichever write of its life fails, a call runs at most once, and comes to an end")
    func everyWrite() async throws {
        // How many writes there are.
        let faults = Faults()
        let runs = Counter()
        try await Desk().withApprovals(failing: faults) { approvals, _ in await live(approvals, runs) }
        let writes = faults.count
        #expect(writes >= 5 && runs.value == 1)
        for failing in 0..<writes {
            let desk = Desk()
            let runs = Counter()
            let faults = Faults()
            // The store itself has to come up; its own writes are counted too.
            try await desk.withApprovals(failing: faults) { approvals, _ in
                faults.fail(after: max(0, failing - 1))
                await live(approvals, runs)
            }
            try await desk.withApprovals { approvals, _ in
                await live(approvals, runs)
                await live(approvals, runs)
                let last = try await approvals.page(ApprovalFilter())
                #expect(runs.value <= 1, "write \(failing)")
                #expect(last.allSatisfy { [.executed, .failed].contains($0.status) }, "write \(failing): \(last.map(\.status))")
            }
        }
    }

    @Test("what was running when the gateway was killed is failed as interrupted, and no retry runs it")
    func killed() async throws {
        let desk = Desk()
        var id = ""
        try await desk.withApprovals { approvals, _ in
            id = try #require(try await approvals.enter(transfer(), request: "r").approval?.id)
            _ = try await approvals.decide(id, yes(), users: [])
            #expect(try await approvals.enter(transfer(), request: "r").word == "claimed")
        }
        try await desk.withApprovals { approvals, _ in
            try await approvals.recover()
            let standing = try await approvals.enter(transfer(), request: "s")
            #expect(standing.word == "failed" && standing.approval?.failure == "interrupted")
        }
    }

    @Test("what waited and what was approved is so after a restart")
    func restarted() async throws {
        let desk = Desk()
        var ids: [String] = []
        try await desk.withApprovals { approvals, _ in
            for amount in 0..<2 { ids.append(try #require(try await approvals.enter(transfer(amount), request: "r").approval?.id)) }
            _ = try await approvals.decide(ids[1], yes(), users: [])
        }
        try await desk.withApprovals { approvals, _ in
            try await approvals.recover()
            #expect(try await approvals.enter(transfer(0), request: "s").word == "waiting")
            #expect(try await approvals.enter(transfer(1), request: "s").word == "claimed")
        }
    }

    @Test("in a state that a backup put back nothing that waited, was approved or ran is run, or may be approved")
    func putBack() async throws {
        let desk = Desk()
        var ids: [String] = []
        try await desk.withApprovals { approvals, _ in
            for amount in 0..<4 { ids.append(try #require(try await approvals.enter(transfer(amount), request: "r").approval?.id)) }
            for id in ids[1...2] { _ = try await approvals.decide(id, yes(), users: []) }
            #expect(try await approvals.enter(transfer(2), request: "r").word == "claimed")
            _ = try await approvals.decide(ids[3], yes(), users: [])
            #expect(try await approvals.enter(transfer(3), request: "r").word == "claimed")
            await approvals.finish(ids[3], request: "r", result: Array("done".utf8))
        }
        try await desk.withApprovals { approvals, _ in
            try await approvals.closeAfterRestore()
            try await approvals.recover()
            var words: [String] = []
            for amount in 0..<4 { words.append(try await approvals.enter(transfer(amount), request: "s").word) }
            // The one that waited is asked for anew.
            #expect(words == ["waiting", "failed", "failed", "executed"])
            #expect(try await approvals.enter(transfer(0), request: "s").approval?.id != ids[0])
            let failure = try await approvals.enter(transfer(1), request: "s").approval?.failure
            #expect(failure == "may have run after the backup that was restored")
            await #expect(throws: (any Error).self) { _ = try await approvals.decide(ids[0], yes(), users: []) }
            // Done again, as after a start that was interrupted, it changes nothing.
            try await approvals.closeAfterRestore()
            #expect(try await approvals.enter(transfer(3), request: "s").word == "executed")
        }
    }

    @Test("an end that cannot be stored is stored later, and nobody runs the call meanwhile")
    func owed() async throws {
        let desk = Desk()
        let faults = Faults()
        try await desk.withApprovals(failing: faults) { approvals, _ in
            let id = try #require(try await approvals.enter(transfer(), request: "r").approval?.id)
            _ = try await approvals.decide(id, yes(), users: [])
            _ = try await approvals.enter(transfer(), request: "r")
            faults.fail(after: 0)
            await approvals.finish(id, request: "r", result: Array("done".utf8))
            #expect(try await approvals.enter(transfer(), request: "s").word == "running")
            try await approvals.sweep()
            #expect(try await approvals.enter(transfer(), request: "s").word == "executed")
        }
    }

    @Test("two gateways on one database claim a call once")
    func twoGateways() async throws {
        let desk = Desk()
        try await desk.withApprovals { one, store in
            let other = Approvals(
                store: SQLiteApprovalStore(store), sealer: TurningSealer(), bounds: desk.bounds,
                clock: { [clock = desk.clock] in clock.read() })
            for amount in 0..<20 {
                let id = try #require(try await one.enter(transfer(amount), request: "r").approval?.id)
                _ = try await other.decide(id, yes(), users: [])
                async let left = one.enter(transfer(amount), request: "left")
                async let right = other.enter(transfer(amount), request: "right")
                let words = try await [left.word, right.word].sorted()
                #expect(words == ["claimed", "running"])
            }
        }
    }
}
