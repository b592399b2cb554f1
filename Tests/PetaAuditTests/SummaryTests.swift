import GRDB
import PetaAudit
import PetaStore
import TestRandom
import Testing

@Suite("What the log amounts to")
struct SummaryTests {
    private static let start: Int64 = 1_700_000_000_000_000
    private static let minute: Int64 = 60_000_000

    private static func record(_ n: Int, _ random: inout SplitMix) -> AuditRecord {
        var record = AuditRecord(time: start + Int64(n) * minute, kind: n % 10 == 9 ? .admin : .call)
        record.requestID = "r\(n)"
        record.user = ["alice", "bob", "al\"ice", "日本"][n % 4]
        record.server = ["files", "bank", nil][n % 3]
        record.tool = ["read", "write\u{1b}[31m"][n % 2]
        record.clientName = "client\(n % 5)"
        record.decision = AuditDecision.allCases[n % 3]
        record.outcome = AuditOutcome.allCases[n % 8]
        record.error = n % 8 == 1 ? "it broke \(n % 3)" : nil
        record.duration = Int64(random.next() % 5_000_000)
        record.downstreamDuration = record.duration.map { $0 / 2 }
        record.bytesIn = 100
        record.bytesOut = 1000
        record.cached = n % 16 == 0
        return record
    }

    @Test("counts agree with counting the records one by one")
    func counts() async throws {
        var random = SplitMix(seed: 7)
        let records = (0..<1000).map { Self.record($0, &random) }
        try await Place().withLog { log, _ in
            for part in 0..<10 { try await log.commit(Array(records[part * 100..<part * 100 + 100])) }
            let now = Self.start + 1000 * Self.minute
            let found = try await log.summary(AuditFilter(), now: now, buckets: 60, top: 3)
            let calls = records.filter { $0.kind == .call }
            #expect(found.calls == 900 && found.acts == 100 && found.unreadable == 0)
            #expect(found.bytesIn == 90_000 && found.bytesOut == 900_000 && found.cached == Int64(calls.count { $0.cached == true }))
            for outcome in AuditOutcome.allCases {
                #expect(found.outcomes[outcome] == Int64(calls.count { $0.outcome == outcome }))
            }
            for (decision, count) in found.decisions { #expect(count == Int64(calls.count { $0.decision == decision })) }
            #expect(found.buckets.reduce(0) { $0 + $1.outcomes.total } == 900)
            #expect(found.buckets.count <= 60 && found.bucketSize == 30 * Self.minute && found.buckets.first?.start ?? .max <= Self.start)
            // The greatest three of four users, and the others.
            #expect(found.users.names == 4 && found.users.items.count == 3 && !found.users.isCapped)
            #expect(found.users.items.reduce(0) { $0 + $1.outcomes.total } + found.users.others == 900)
            for group in found.users.items {
                #expect(
                    group.outcomes.total == Int64(calls.count { $0.user == group.name }) && group.trend.reduce(0, +) == group.outcomes.total
                )
            }
            let all = try await log.summary(AuditFilter(), now: now, buckets: 60, top: 100)
            #expect(all.users.others == 0 && all.users.items.count == 4)
            let tool = try #require(all.tools.items.first { $0.name == "bank::write\u{1b}[31m" })
            #expect(tool.outcomes.total == Int64(calls.count { $0.server == "bank" && $0.tool == "write\u{1b}[31m" }))
            #expect(found.errors.names == 3 && found.clients.names == 5)
            let answered = calls.filter { $0.outcome == .ok || $0.outcome == .error }.compactMap(\.duration).sorted()
            #expect(found.latency.count == Int64(answered.count) && found.latency.greatest == answered.last)
            for (value, share) in [(found.latency.p50, 0.5), (found.latency.p90, 0.9), (found.latency.p99, 0.99)] {
                let exact = answered[Int((Double(answered.count) * share).rounded(.up)) - 1]
                #expect(value.map { $0 >= exact && Double($0) <= Double(exact) * 1.07 } == true)
            }
            #expect(found.latency.split.reduce(0, +) == found.latency.count && found.latency.split.count == AuditSummary.edges.count + 1)
        }
    }

    @Test("filters hold, and the time axis is what was asked for")
    func filters() async throws {
        var random = SplitMix(seed: 8)
        let records = (0..<500).map { Self.record($0, &random) }
        try await Place().withLog { log, _ in
            try await log.commit(records)
            var filter = AuditFilter()
            filter.user = "bob"
            filter.since = Self.start + 100 * Self.minute
            filter.until = Self.start + 200 * Self.minute - 1
            let found = try await log.summary(filter, now: .max / 2, buckets: 10, top: 5)
            #expect(found.calls == Int64(records[100..<200].count { $0.user == "bob" && $0.kind == .call }))
            #expect(found.from == filter.since && found.to == filter.until && found.buckets.count <= 10)
            #expect(found.users.items.map(\.name) == ["bob"])
        }
    }

    @Test("an empty log, one record, a clock that was set back, and rows that hold no record do no harm")
    func edges() async throws {
        try await Place().withLog { log, store in
            let empty = try await log.summary(AuditFilter(), now: Self.start, buckets: 50, top: 5)
            #expect(empty.calls == 0 && empty.buckets.count == 1 && empty.latency.p50 == nil && empty.users.items.isEmpty)
            try await log.commit([call("a", time: Self.start)])
            #expect(try await log.summary(AuditFilter(), now: Self.start, buckets: 50, top: 5).buckets.map(\.outcomes.total) == [1])
            // Before the beginning and after the end of the axis.
            try await log.commit([call("early", time: 1), call("late", time: 4_000_000_000_000_000)])
            let found = try await log.summary(AuditFilter(), now: Self.start + 3600 * 1_000_000, buckets: 50, top: 5)
            #expect(found.calls == 3 && found.buckets.first?.outcomes.total == 2 && found.buckets.last?.outcomes.total == 1)
            try store.writeSync { try $0.execute(sql: "UPDATE audit SET record = x'7b7b' WHERE seq = 2") }
            let damaged = try await log.summary(AuditFilter(), now: Self.start, buckets: 2, top: 5)
            #expect(damaged.calls == 2 && damaged.unreadable == 1)
        }
    }

    @Test("more names than are kept, and longer ones, are counted as others")
    func bounds() async throws {
        try await Place().withLog { log, _ in
            var records = (0..<AuditSummary.mostNames + 50).map { n in
                var record = call("r\(n)", time: Self.start)
                record.user = "user\(n)"
                return record
            }
            var long = call("long", time: Self.start)
            long.user = String(repeating: "u", count: 300)
            records.append(long)
            try await log.commit(records)
            let found = try await log.summary(AuditFilter(), now: Self.start, buckets: 2, top: 10)
            #expect(found.users.names == AuditSummary.mostNames && found.users.isCapped && found.users.items.count == 10)
            #expect(found.users.others == Int64(records.count - 10) && found.calls == Int64(records.count))
        }
    }

    @Test("waiting for a person is from the first call that asked to the decision, whichever of them is recorded first")
    func approvals() async throws {
        func asking(_ id: String, at second: Int64, _ outcome: AuditOutcome) -> AuditRecord {
            var record = call("r\(id)\(second)", time: Self.start + second * 1_000_000)
            record.approvalID = id
            record.decision = .requireApproval
            record.outcome = outcome
            return record
        }
        func deciding(_ id: String, at second: Int64, _ verb: String, _ outcome: AuditOutcome = .ok) -> AuditRecord {
            var record = AuditRecord(time: Self.start + second * 1_000_000, kind: .admin)
            record.method = "POST /v1/approvals/{id}/\(verb)"
            record.target = id
            record.outcome = outcome
            return record
        }
        try await Place().withLog { log, _ in
            try await log.commit([
                asking("a", at: 0, .pending), asking("a", at: 40, .pending), deciding("a", at: 60, "allow"), asking("a", at: 70, .ok),
                // Held: the call is recorded when it ends.
                deciding("b", at: 15, "allow"), asking("b", at: 10, .ok),
                asking("c", at: 20, .pending), deciding("c", at: 21, "deny", .denied), deciding("c", at: 140, "deny"),
                asking("d", at: 30, .pending),
            ])
            let found = try await log.summary(AuditFilter(), now: Self.start, buckets: 2, top: 5).approvals
            #expect(found.asked == 4 && found.approved == 2 && found.rejected == 1)
            #expect(found.waiting.count == 3 && found.waiting.greatest == 120_000_000)
            #expect(found.waiting.p50.map { (60_000_000...64_000_000).contains($0) } == true)
        }
    }
}
