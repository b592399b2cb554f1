import Foundation
import GRDB
import PetaApprovals
import PetaCrypto
import PetaStore
import PetaWire
import Synchronization
import Testing

@Suite("The life of an approval")
struct ApprovalLifeTests {
    private let desk = Desk()

    @Test("a call waits, is approved, runs once, and gives every later retry the same answer")
    func wholeLife() async throws {
        try await desk.withApprovals { approvals, _ in
            let id = try #require(try await approvals.enter(transfer(), request: "r1").approval?.id)
            #expect(try await approvals.enter(transfer(), request: "r2").word == "waiting")
            #expect(try await approvals.decide(id, yes(reason: "fine"), users: ["uid:0"]).status == .approved)
            #expect(try await approvals.enter(transfer(), request: "r3").word == "claimed")
            #expect(try await approvals.enter(transfer(), request: "r4").word == "running")
            await approvals.finish(id, request: "r3", result: Array("done".utf8))
            for round in 0..<3 {
                guard case .executed(let approval, let result) = try await approvals.enter(transfer(), request: "late\(round)") else {
                    Issue.record("the result is not given again")
                    return
                }
                #expect(approval.id == id && result == Array("done".utf8))
            }
            let shown = try await approvals.approval(id)
            #expect(shown.status == .executed && shown.decision?.reason == "fine" && shown.attempts == 2)
        }
    }

    @Test("a thousand simultaneous retries of one approved call run it once")
    func thousand() async throws {
        try await desk.withApprovals { approvals, _ in
            let id = try #require(try await approvals.enter(transfer(), request: "first").approval?.id)
            _ = try await approvals.decide(id, yes(), users: [])
            let runs = Counter()
            let answers = try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
                for number in 0..<1000 {
                    group.addTask {
                        while true {
                            switch try await approvals.enter(transfer(), request: "r\(number)", awaited: id) {
                            case .claimed(let approval):
                                let run = runs.next()
                                await approvals.finish(approval.id, request: "r\(number)", result: Array("run \(run)".utf8))
                            case .executed(_, let result): return result
                            case .waiting: await Task.yield()
                            case .rejected, .failed, .full, .other, .expired: return nil
                            }
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(runs.value == 1)
            #expect(answers.count == 1000 && answers.allSatisfy { $0 == Array("run 1".utf8) })
        }
    }

    @Test("whatever differs makes another request: arguments, user, server, tool, definition, rule, version, approvers")
    func bound() async throws {
        var others = [transfer(6), transfer(user: "eve"), transfer(approvers: 2)]
        for change in 0..<6 {
            var call = transfer()
            switch change {
            case 0: call.server = "bank2"
            case 1: call.tool = "transfer2"
            case 2: call.definition = call.digest
            case 3: call.rule = "money/other"
            case 4: call.policyVersion = 4
            default: call.method = "prompts/get"
            }
            others.append(call)
        }
        #expect(Set(others.map(\.digest.hex) + [transfer().digest.hex]).count == others.count + 1)
        try await desk.withApprovals { approvals, _ in
            let id = try #require(try await approvals.enter(transfer(), request: "r").approval?.id)
            _ = try await approvals.decide(id, yes(), users: [])
            for call in others {
                let standing = try await approvals.enter(call, request: "x")
                #expect(standing.word == "waiting")
            }
            var described = transfer()
            described.clientName = "other"
            described.description = "said otherwise"
            #expect(try await approvals.enter(described, request: "y").word == "claimed", "what only describes it is not bound")
        }
    }

    @Test("who comes back for one request is not given another, and none is made")
    func resuming() async throws {
        try await desk.withApprovals { approvals, _ in
            let id = try #require(try await approvals.enter(transfer(), request: "r").approval?.id)
            #expect(try await approvals.enter(transfer(), request: "s", resuming: id).word == "waiting")
            #expect(try await approvals.enter(transfer(6), request: "s", resuming: id).word == "other")
            #expect(try await approvals.count(ApprovalFilter()) == 1)
            _ = try await approvals.decide(id, yes(), users: [])
            #expect(try await approvals.enter(transfer(), request: "s", resuming: "0123456789ab").word == "other")
            #expect(try await approvals.enter(transfer(), request: "s", resuming: id).word == "claimed")
        }
    }

    @Test("a rejected call is not run by a retry, and is asked for anew only later")
    func rejected() async throws {
        try await desk.withApprovals { approvals, _ in
            let id = try #require(try await approvals.enter(transfer(), request: "r").approval?.id)
            _ = try await approvals.decide(id, no(), users: [])
            #expect(try await approvals.enter(transfer(), request: "s").word == "rejected")
            await #expect(throws: ApprovalError.self) { try await approvals.decide(id, yes(), users: []) }
            desk.clock.pass(approvals.bounds.retention)
            let again = try await approvals.enter(transfer(), request: "t")
            #expect(again.word == "waiting" && again.approval?.id != id)
        }
    }

    @Test(
        "a decision on what is decided is refused, and tells so apart from what is unknown",
        arguments: ["approved", "rejected", "expired", "executed"])
    func decided(_ state: String) async throws {
        try await desk.withApprovals { approvals, _ in
            let id = try #require(try await approvals.enter(transfer(), request: "r").approval?.id)
            switch state {
            case "approved": _ = try await approvals.decide(id, yes(), users: [])
            case "rejected": _ = try await approvals.decide(id, no(), users: [])
            case "expired": desk.clock.pass(approvals.bounds.expiry)
            default:
                _ = try await approvals.decide(id, yes(), users: [])
                _ = try await approvals.enter(transfer(), request: "r")
                await approvals.finish(id, request: "r", result: [])
            }
            for decision in [yes("uid:7"), no("uid:7")] {
                let error = await #expect(throws: ApprovalError.self) { try await approvals.decide(id, decision, users: []) }
                #expect(error?.code == "already_exists")
            }
            let unknown = await #expect(throws: ApprovalError.self) { try await approvals.decide("0123456789ab", yes(), users: []) }
            #expect(unknown?.code == "not_found")
        }
    }

    @Test("nobody decides about a request of their own, unless the configuration allows it")
    func own() async throws {
        try await desk.withApprovals { approvals, _ in
            let id = try #require(try await approvals.enter(transfer(), request: "r").approval?.id)
            for decision in [yes(), no()] {
                let error = await #expect(throws: ApprovalError.self) {
                    try await approvals.decide(id, decision, users: ["uid:0", "alice"])
                }
                #expect(error?.code == "not_permitted")
            }
            #expect(try await approvals.approval(id).status == .pending)
        }
        desk.bounds.selfApproval = true
        try await desk.withApprovals { approvals, _ in
            let id = try #require(try await approvals.enter(transfer(), request: "r").approval?.id)
            #expect(try await approvals.decide(id, yes(), users: ["alice"]).status == .approved)
        }
    }

    @Test("of three approvers that are wanted no one counts twice, and one rejection is enough")
    func several() async throws {
        try await desk.withApprovals { approvals, _ in
            let id = try #require(try await approvals.enter(transfer(approvers: 3), request: "r").approval?.id)
            #expect(try await approvals.decide(id, yes("a"), users: []).status == .pending)
            await #expect(throws: ApprovalError.self) { try await approvals.decide(id, yes("a"), users: []) }
            #expect(try await approvals.decide(id, yes("b"), users: []).status == .pending)
            #expect(try await approvals.enter(transfer(approvers: 3), request: "s").word == "waiting")
            #expect(try await approvals.decide(id, yes("c"), users: []).status == .approved)
            #expect(try await approvals.approval(id).decisions.map(\.by) == ["a", "b", "c"])
            let other = try #require(try await approvals.enter(transfer(9, approvers: 2), request: "r").approval?.id)
            _ = try await approvals.decide(other, yes("a"), users: [])
            #expect(try await approvals.decide(other, no("b"), users: []).status == .rejected)
        }
    }

    @Test("a request expires, and so does an approval that nobody uses")
    func expiry() async throws {
        try await desk.withApprovals { approvals, _ in
            let first = try #require(try await approvals.enter(transfer(), request: "r").approval?.id)
            desk.clock.pass(approvals.bounds.expiry - 1)
            _ = try await approvals.decide(first, yes(), users: [])
            desk.clock.pass(approvals.bounds.expiry - 1)
            #expect(try await approvals.enter(transfer(), request: "r").word == "claimed", "whoever is approved late has time to come")
            let second = try #require(try await approvals.enter(transfer(2), request: "r").approval?.id)
            _ = try await approvals.decide(second, yes(), users: [])
            desk.clock.pass(approvals.bounds.expiry)
            let again = try await approvals.enter(transfer(2), request: "s")
            #expect(again.word == "waiting" && again.approval?.id != second)
            try await approvals.sweep()
            #expect(try await approvals.approval(second).status == .expired)
            #expect(try await approvals.approval(first).status == .executing, "what runs does not expire")
        }
    }

    @Test("who waits while a request expires is told so, and asks nobody anew", arguments: [false, true])
    func expiredMeanwhile(isSwept: Bool) async throws {
        try await desk.withApprovals { approvals, _ in
            let id = try #require(try await approvals.enter(transfer(), request: "r").approval?.id)
            desk.clock.pass(approvals.bounds.expiry)
            if isSwept { try await approvals.sweep() }
            let told = try await approvals.enter(transfer(), request: "r", awaited: id)
            #expect(told.word == "expired" && told.approval?.id == id && told.approval?.status == .expired)
            #expect(try await approvals.count(ApprovalFilter()) == 1)
            #expect(try await approvals.enter(transfer(), request: "s").word == "waiting")
        }
    }

    @Test("arguments that nobody could read are not asked about, and a user's requests of an hour are bounded whatever becomes of them")
    func bounded() async throws {
        desk.bounds.perUserAndHour = 3
        try await desk.withApprovals { approvals, _ in
            var large = transfer()
            large.arguments = Array(repeating: 0x31, count: approvals.bounds.arguments + 1)
            #expect(try await approvals.enter(large, request: "r").word == "full")
            for amount in 0..<3 {
                let id = try #require(try await approvals.enter(transfer(amount), request: "r").approval?.id)
                try await approvals.withdraw(id, of: "alice")
            }
            #expect(try await approvals.enter(transfer(3), request: "r").word == "full")
            #expect(try await approvals.enter(transfer(3, user: "bob"), request: "r").word == "waiting")
            desk.clock.pass(3_600_001)
            #expect(try await approvals.enter(transfer(3), request: "r").word == "waiting")
        }
    }

    @Test("of what is over the oldest is forgotten when all together is too large")
    func size() async throws {
        desk.bounds.keptBytes = 20_000
        try await desk.withApprovals { approvals, _ in
            var ids: [String] = []
            for number in 0..<10 {
                var call = transfer(number)
                call.description = String(repeating: "x", count: 4000)
                let id = try #require(try await approvals.enter(call, request: "r").approval?.id)
                if number < 8 { try await approvals.withdraw(id, of: "alice") }
                ids.append(id)
                desk.clock.pass(1)
            }
            try await approvals.prune()
            let left = try await approvals.page(ApprovalFilter()).map(\.id)
            #expect(left.count < 7 && left.suffix(2) == ids.suffix(2), "\(left.count)")
            #expect(left == Array(ids.suffix(left.count)))
        }
    }

    @Test("a clock that is set back or far ahead runs nothing that is not approved", arguments: [-3_600_000, 86_400_000 * 400] as [Int64])
    func clocks(_ step: Int64) async throws {
        try await desk.withApprovals { approvals, _ in
            _ = try await approvals.enter(transfer(), request: "r")
            desk.clock.pass(step)
            try await approvals.sweep()
            #expect(try await approvals.enter(transfer(), request: "s").word == "waiting")
        }
    }

    @Test("a call that was never sent can be claimed by the next retry")
    func released() async throws {
        try await desk.withApprovals { approvals, _ in
            let id = try #require(try await approvals.enter(transfer(), request: "r").approval?.id)
            _ = try await approvals.decide(id, yes(), users: [])
            #expect(try await approvals.enter(transfer(), request: "r").word == "claimed")
            await approvals.release(id, request: "other")
            #expect(try await approvals.enter(transfer(), request: "s").word == "running", "only who claimed it can let it go")
            await approvals.release(id, request: "r")
            #expect(try await approvals.enter(transfer(), request: "s").word == "claimed")
        }
    }

    @Test("an approved call that waits for its client is failed where that does not come back, and goes on where it does")
    func absent() async throws {
        try await desk.withApprovals { approvals, _ in
            for comesBack in [true, false] {
                let call = transfer(comesBack ? 1 : 2)
                let id = try #require(try await approvals.enter(call, request: "r").approval?.id)
                _ = try await approvals.decide(id, yes(), users: [])
                _ = try await approvals.enter(call, request: "r")
                approvals.suspend(id, request: "r", digest: call.digest)
                #expect(approvals.resume(id, request: "r", digest: transfer(3).digest) == nil, "another call")
                #expect(approvals.resume(id, request: "q", digest: call.digest) == nil, "another request")
                if comesBack {
                    #expect(approvals.resume(id, request: "r", digest: call.digest) == call.digest)
                    #expect(approvals.resume(id, request: "r", digest: call.digest) == nil, "twice")
                }
                desk.clock.pass(approvals.bounds.absence)
                try await approvals.sweep()
                #expect(try await approvals.approval(id).status == (comesBack ? .executing : .failed))
            }
        }
    }

    @Test("one user's flood ends at that user's limit and leaves the others their place")
    func flood() async throws {
        desk.bounds.pendingPerUser = 3
        try await desk.withApprovals { approvals, _ throws in
            for amount in 0..<3 { #expect(try await approvals.enter(transfer(amount), request: "r").word == "waiting") }
            #expect(try await approvals.enter(transfer(3), request: "r").word == "full")
            #expect(try await approvals.enter(transfer(0), request: "r").word == "waiting", "what waits already is found")
            #expect(try await approvals.enter(transfer(user: "bob"), request: "r").word == "waiting")
        }
    }

    @Test("how many wait is known at every step, of each user and of all")
    func counted() async throws {
        try await desk.withApprovals { approvals, store in
            func counts() async throws -> [Int] {
                var all = ApprovalFilter()
                all.status = .pending
                let pending = try await approvals.pending(of: ["alice", "bob", "nobody"])
                let counted = try store.readSync {
                    try Int.fetchOne($0, sql: "SELECT count(*) FROM approval WHERE status = 'pending'") ?? -1
                }
                let total = try await approvals.count(all)
                #expect(total == counted)
                return [total, pending["alice"] ?? 0, pending["bob"] ?? 0, pending["nobody"] ?? 0]
            }
            var ids: [String] = []
            for amount in 0..<5 { ids.append(try #require(try await approvals.enter(transfer(amount), request: "r").approval?.id)) }
            _ = try await approvals.enter(transfer(user: "bob"), request: "r")
            #expect(try await counts() == [6, 5, 1, 0])
            _ = try await approvals.decide(ids[0], yes(), users: [])
            _ = try await approvals.decide(ids[1], no(), users: [])
            try await approvals.withdraw(ids[2], of: "alice")
            #expect(try await counts() == [3, 2, 1, 0])
            desk.clock.pass(approvals.bounds.expiry)
            try await approvals.sweep()
            #expect(try await counts() == [0, 0, 0, 0])
            _ = try await approvals.enter(transfer(50), request: "r")
            desk.clock.pass(approvals.bounds.history * 2)
            try await approvals.prune()
            #expect(try await counts()[0] == 1)
        }
    }

    @Test("a result that is too large is not kept, and the call still runs once")
    func largeResult() async throws {
        desk.bounds.result = 10
        try await desk.withApprovals { approvals, _ in
            let id = try #require(try await approvals.enter(transfer(), request: "r").approval?.id)
            _ = try await approvals.decide(id, yes(), users: [])
            _ = try await approvals.enter(transfer(), request: "r")
            await approvals.finish(id, request: "r", result: Array(repeating: 1, count: 11))
            guard case .executed(_, nil) = try await approvals.enter(transfer(), request: "s") else {
                Issue.record("it was not told as executed without a result")
                return
            }
        }
    }

    @Test("arguments and results are not stored open")
    func sealed() async throws {
        var call = transfer()
        call.description = "PLANTED-DESCRIPTION"
        try await desk.withApprovals { approvals, store in
            let id = try #require(try await approvals.enter(call, request: "r").approval?.id)
            _ = try await approvals.decide(id, yes(), users: [])
            _ = try await approvals.enter(call, request: "r")
            await approvals.finish(id, request: "r", result: Array("PLANTED-RESULT".utf8))
            try await store.pool.vacuum()
        }
        let file = try Data(contentsOf: URL(fileURLWithPath: desk.directory + "/peta.db"))
        for planted in ["PLANTED", "\"amount\"", "\"bob\""] { #expect(file.range(of: Data(planted.utf8)) == nil, "\(planted)") }
    }

    @Test("what is over is forgotten in time, and what waits never")
    func pruned() async throws {
        desk.bounds.kept = 2
        try await desk.withApprovals { approvals, _ in
            var ids: [String] = []
            for amount in 0..<4 {
                ids.append(try #require(try await approvals.enter(transfer(amount), request: "r").approval?.id))
                desk.clock.pass(1)
            }
            _ = try await approvals.decide(ids[0], no(), users: [])
            try await approvals.prune()
            #expect(try await approvals.count(ApprovalFilter()) == 4, "an answer that is still given is kept")
            desk.clock.pass(approvals.bounds.retention)
            try await approvals.sweep()
            try await approvals.prune()
            #expect(try await approvals.count(ApprovalFilter()) == 2)
            desk.clock.pass(approvals.bounds.history + 1)
            try await approvals.prune()
            #expect(try await approvals.count(ApprovalFilter()) == 0)
        }
    }
}
