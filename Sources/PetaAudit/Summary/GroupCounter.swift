/// Counts records by a name, in bounded memory: what comes after ``AuditSummary/mostNames`` names is counted with the others.
struct GroupCounter {
    private struct Cell {
        var outcomes = AuditSummary.Outcomes()
        var latency = LatencyHistogram()
        var trend = [UInt32](repeating: 0, count: AuditSummary.trendLength)
    }

    private var table = NameTable(most: AuditSummary.mostNames)
    private var cells: [Cell] = []
    private var others: Int64 = 0

    @inline(__always)
    mutating func add(_ name: UnsafeRawBufferPointer, _ outcome: AuditOutcome?, _ duration: Int64?, at piece: Int) {
        guard let index = table.index(of: name) else {
            others += 1
            return
        }
        if index == cells.count { cells.append(Cell()) }
        if let outcome { cells[index].outcomes.counts[outcome.ordinal] += 1 }
        if let duration { cells[index].latency.add(duration) }
        cells[index].trend[piece] &+= 1
    }

    /// The `top` greatest; of equal ones those whose names come first.
    func groups(top: Int) -> AuditSummary.Groups {
        let sizes = cells.map { $0.trend.reduce(Int64(0)) { $0 + Int64($1) } }
        let order = cells.indices.sorted { a, b in
            sizes[a] != sizes[b] ? sizes[a] > sizes[b] : table.names[a].lexicographicallyPrecedes(table.names[b])
        }
        var groups = AuditSummary.Groups()
        groups.items = order.prefix(top).map { index in
            AuditSummary.Group(
                name: Self.text(table.names[index]), outcomes: cells[index].outcomes, p50: cells[index].latency.percentile(0.5),
                p99: cells[index].latency.percentile(0.99), trend: cells[index].trend.map(Int64.init))
        }
        groups.names = cells.count
        groups.isCapped = others > 0
        groups.others = others + order.dropFirst(top).reduce(0) { $0 + sizes[$1] }
        return groups
    }

    private static func text(_ escaped: [UInt8]) -> String {
        let quoted = [UInt8(ascii: "\"")] + escaped + [UInt8(ascii: "\"")]
        return quoted.withUnsafeBufferPointer { JSONValue.string($0) } ?? String(decoding: escaped, as: UTF8.self)
    }
}
