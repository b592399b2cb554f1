/// Brings calls that asked for an approval and the acts that decided about it together.
struct ApprovalCounter {
    /// Waiting times are told of the first so many; all are counted.
    static let most = 20_000

    private struct Life {
        var asked: Int64?
        var decided: Int64?
        var isApproved = false
    }

    private var table = NameTable(most: most)
    private var lives: [Life] = []
    private var more: Int64 = 0

    mutating func add(_ fields: RecordFields) {
        if fields.isCall {
            guard let id = fields.approval else { return }
            guard let index = index(of: id) else {
                if fields.outcome == .pending { more += 1 }
                return
            }
            lives[index].asked = min(lives[index].asked ?? .max, fields.time)
        } else if let id = fields.target, let method = fields.method, fields.outcome == .ok, let verdict = Self.verdict(method) {
            guard let index = index(of: id) else { return }
            lives[index].decided = max(lives[index].decided ?? .min, fields.time)
            lives[index].isApproved = verdict
        }
    }

    var result: AuditSummary.Approvals {
        var result = AuditSummary.Approvals()
        var waiting = LatencyHistogram()
        for life in lives {
            if life.asked != nil { result.asked += 1 }
            guard let decided = life.decided else { continue }
            if life.isApproved { result.approved += 1 } else { result.rejected += 1 }
            if let asked = life.asked { waiting.add(decided - asked) }
        }
        result.asked += more
        result.waiting = AuditSummary.Latency(waiting, edges: AuditSummary.waitingEdges)
        return result
    }

    private mutating func index(of id: UnsafeRawBufferPointer) -> Int? {
        guard let index = table.index(of: id) else { return nil }
        if index == lives.count { lives.append(Life()) }
        return index
    }

    private static func verdict(_ method: UnsafeRawBufferPointer) -> Bool? {
        if method.elementsEqual("POST /v1/approvals/{id}/allow".utf8) { return true }
        if method.elementsEqual("POST /v1/approvals/{id}/deny".utf8) { return false }
        return nil
    }
}

extension AuditSummary.Latency {
    init(_ histogram: LatencyHistogram, edges: [Int64] = AuditSummary.edges) {
        count = histogram.count
        guard count > 0 else { return }
        p50 = histogram.percentile(0.5)
        p90 = histogram.percentile(0.9)
        p95 = histogram.percentile(0.95)
        p99 = histogram.percentile(0.99)
        greatest = histogram.greatest
        split = histogram.split(at: edges)
    }
}
