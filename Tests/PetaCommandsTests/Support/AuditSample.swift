import PetaAdminAPI

/// Figures with a bit of everything, names that nobody should choose among them.
enum AuditSample {
    static let figures: AuditFigures = {
        let hour: Int64 = 3_600_000
        let start = Timestamp(milliseconds: Peta.now.milliseconds - 24 * hour)
        var figures = AuditFigures(from: start, to: Peta.now, bucketSeconds: 1800)
        figures.calls = 12_345
        figures.acts = 17
        figures.bytesIn = 3 << 20
        figures.bytesOut = 91 << 20
        figures.buckets = (0..<49).map { index in
            var outcomes = AuditFigures.Outcomes()
            let load = Int64((index % 24 + 1) * 20)
            outcomes.ok = load
            outcomes.error = index % 7 == 0 ? 12 : 0
            outcomes.denied = index % 5 == 0 ? 9 : 1
            outcomes.pending = index % 11 == 0 ? 4 : 0
            outcomes.cancelled = index % 13 == 0 ? 2 : 0
            outcomes.timeout = index == 20 ? 30 : 0
            let isQuiet = index % 17 == 3
            return .init(
                start: Timestamp(milliseconds: start.milliseconds + Int64(index) * hour / 2), outcomes: outcomes,
                p50Ms: isQuiet ? nil : 8 + Double(index % 6), p99Ms: isQuiet ? nil : 90 + Double(index * 9))
        }
        for bucket in figures.buckets {
            figures.outcomes.ok += bucket.outcomes.ok
            figures.outcomes.error += bucket.outcomes.error
            figures.outcomes.denied += bucket.outcomes.denied
            figures.outcomes.pending += bucket.outcomes.pending
            figures.outcomes.cancelled += bucket.outcomes.cancelled
            figures.outcomes.timeout += bucket.outcomes.timeout
        }
        figures.decisions = [
            .init(name: "allow", count: 12_000), .init(name: "deny", count: 300), .init(name: "require_approval", count: 45),
        ]
        figures.latency = latency(12_000, scale: 1)
        figures.downstream = latency(11_900, scale: 0.8)
        figures.users = groups(["alice", "bob", "日本語のユーザー", "someone-with-a-rather-long-name@department.example.org", "carol"])
        figures.servers = groups(["files", "bank", "github"])
        figures.tools = groups([
            "files::read_file", "<img src=x onerror=alert(1)>::\"><script>alert(2)</script>", "bank::transfer\u{202e}\u{1b}[31m",
            "github::search_repositories_with_a_name_that_does_not_want_to_end_before_the_line_does", "files::書き込み",
        ])
        figures.clients = groups(["claude-code", "cursor"])
        figures.errors = groups(["no such file: /etc/<passwd>", "the server did not answer in time"])
        figures.errors.others = 0
        figures.errors.names = 2
        figures.approvals.asked = 40
        figures.approvals.approved = 30
        figures.approvals.rejected = 6
        figures.approvals.waiting = latency(36, scale: 1500)
        figures.checkpoint = .init(seq: 900, removed: 900, at: start)
        return figures
    }()

    private static func latency(_ count: Int64, scale: Double) -> AuditFigures.Latency {
        var latency = AuditFigures.Latency()
        latency.count = count
        latency.p50Ms = 9 * scale
        latency.p90Ms = 60 * scale
        latency.p95Ms = 120 * scale
        latency.p99Ms = 412 * scale
        latency.maxMs = 6120 * scale
        let edges: [Double?] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 60_000, nil]
        latency.bars = edges.enumerated().map {
            .init(upToMs: $1, count: count * Int64([1, 3, 9, 21, 30, 14, 9, 6, 4, 2, 1, 0, 0, 0, 0][$0]) / 100)
        }
        return latency
    }

    private static func groups(_ names: [String]) -> AuditFigures.Groups {
        var groups = AuditFigures.Groups()
        groups.items = names.enumerated().map { index, name in
            var outcomes = AuditFigures.Outcomes()
            outcomes.ok = Int64(5000 / (index + 1))
            outcomes.error = Int64(index * 70)
            outcomes.denied = index == 1 ? 3 : 0
            return .init(
                name: name, calls: outcomes.total, outcomes: outcomes, p50Ms: 9, p99Ms: Double(100 * (index + 1)),
                trend: (0..<24).map { Int64(($0 * (index + 3)) % 11) })
        }
        groups.names = names.count + 3
        groups.others = 120
        return groups
    }
}
