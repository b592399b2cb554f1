/// Counts records one by one, in bounded memory.
struct SummaryBuilder {
    private struct Cell {
        var outcomes = AuditSummary.Outcomes()
        var latency = LatencyHistogram()
    }

    private let axis: TimeAxis
    private let from: Int64
    private let to: Int64
    private var summary: AuditSummary
    private var decisions = [Int64](repeating: 0, count: AuditDecision.allCases.count)
    private var latency = LatencyHistogram()
    private var downstream = LatencyHistogram()
    private var cells: [Cell]
    private var users = GroupCounter()
    private var servers = GroupCounter()
    private var tools = GroupCounter()
    private var clients = GroupCounter()
    private var errors = GroupCounter()
    private var approvals = ApprovalCounter()
    private var scratch: [UInt8] = []

    init(from: Int64, to: Int64, buckets: Int) {
        axis = TimeAxis(from: from, to: to, most: buckets)
        (self.from, self.to) = (from, to)
        summary = AuditSummary(from: from, to: to, bucketSize: axis.size)
        cells = [Cell](repeating: Cell(), count: axis.count)
    }

    mutating func add(_ record: UnsafeRawBufferPointer) {
        let fields: RecordFields?
        fields = record.withMemoryRebound(to: UInt8.self) { try? RecordFields($0) }
        guard let fields else {
            summary.unreadable += 1
            return
        }
        approvals.add(fields)
        guard fields.isCall else {
            summary.acts += 1
            return
        }
        summary.calls += 1
        let piece = piece(of: fields.time)
        // Waiting for a person or being refused says nothing about how fast calls are.
        let isAnswered = fields.outcome == .ok || fields.outcome == .error
        let duration = isAnswered ? fields.duration : nil
        let bucket = axis.index(of: fields.time)
        if let outcome = fields.outcome {
            summary.outcomes.counts[outcome.ordinal] += 1
            cells[bucket].outcomes.counts[outcome.ordinal] += 1
        }
        if let duration {
            latency.add(duration)
            cells[bucket].latency.add(duration)
        }
        if isAnswered, let downstream = fields.downstream { self.downstream.add(downstream) }
        if let decision = fields.decision { decisions[decision.ordinal] += 1 }
        summary.bytesIn &+= fields.bytesIn ?? 0
        summary.bytesOut &+= fields.bytesOut ?? 0
        if fields.isCached { summary.cached += 1 }
        addNames(fields, duration, piece)
    }

    private mutating func addNames(_ fields: RecordFields, _ duration: Int64?, _ piece: Int) {
        if let user = fields.user { users.add(user, fields.outcome, duration, at: piece) }
        if let server = fields.server { servers.add(server, fields.outcome, duration, at: piece) }
        if let client = fields.client { clients.add(client, fields.outcome, duration, at: piece) }
        if let error = fields.error { errors.add(error, fields.outcome, nil, at: piece) }
        guard let tool = fields.tool else { return }
        guard let server = fields.server else { return tools.add(tool, fields.outcome, duration, at: piece) }
        // The canonical name.
        scratch.removeAll(keepingCapacity: true)
        scratch.append(contentsOf: server)
        scratch.append(contentsOf: "::".utf8)
        scratch.append(contentsOf: tool)
        scratch.withUnsafeBytes { tools.add($0, fields.outcome, duration, at: piece) }
    }

    private func piece(of time: Int64) -> Int {
        let length = max(1, (to - from) / Int64(AuditSummary.trendLength) + 1)
        return min(max(0, Int(clamping: (max(time, from) - from) / length)), AuditSummary.trendLength - 1)
    }

    /// - Parameter top: how many groups of each kind.
    func finish(top: Int) -> AuditSummary {
        var summary = summary
        summary.decisions = AuditDecision.allCases.map { ($0, decisions[$0.ordinal]) }
        summary.latency = .init(latency)
        summary.downstream = .init(downstream)
        summary.buckets = cells.enumerated().map { index, cell in
            AuditSummary.Bucket(
                start: axis.start + Int64(index) * axis.size, outcomes: cell.outcomes, p50: cell.latency.percentile(0.5),
                p99: cell.latency.percentile(0.99))
        }
        summary.users = users.groups(top: top)
        summary.servers = servers.groups(top: top)
        summary.tools = tools.groups(top: top)
        summary.clients = clients.groups(top: top)
        summary.errors = errors.groups(top: top)
        summary.approvals = approvals.result
        return summary
    }
}

extension AuditDecision {
    fileprivate var ordinal: Int {
        switch self {
        case .allow: 0
        case .deny: 1
        case .requireApproval: 2
        }
    }
}
