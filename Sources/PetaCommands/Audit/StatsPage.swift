import PetaAdminAPI

/// The figures of a stretch of the log for a terminal of any width.
struct StatsPage {
    static let kinds = ["user", "server", "tool", "client", "outcome", "error"]

    let figures: AuditFigures
    /// One list; nil: an overview.
    let by: String?
    let pen: BlockPen
    let width: Int

    func write(_ page: inout Page) {
        line(&page, "\(Clock.words(figures.from)) to \(Clock.words(figures.to))", .faint)
        line(&page, headline)
        if figures.latency.count > 0 {
            line(&page, "latency: \(latency(figures.latency))")
        }
        if figures.unreadable > 0 {
            line(&page, "\(Numbers.grouped(figures.unreadable)) rows hold no record: see 'peta audit verify'", .bad)
        }
        guard figures.calls > 0 else { return }
        if let by {
            list(by, &page)
        } else {
            overview(&page)
        }
    }

    private var headline: String {
        guard figures.calls > 0 else { return "no calls" + (figures.acts > 0 ? ", \(Numbers.grouped(figures.acts)) acts" : "") }
        let outcomes = figures.outcomes
        var parts = ["\(Numbers.grouped(figures.calls)) \(figures.calls == 1 ? "call" : "calls")"]
        for (count, word) in [(outcomes.failed, "failed"), (outcomes.denied, "denied"), (outcomes.pending, "waiting")] where count > 0 {
            parts.append("\(Numbers.grouped(count)) \(word) (\(Numbers.share(count, of: figures.calls)))")
        }
        return parts.joined(separator: ", ")
    }

    private func latency(_ latency: AuditFigures.Latency) -> String {
        let shown = [("p50", latency.p50Ms), ("p95", latency.p95Ms), ("p99", latency.p99Ms)]
        return shown.compactMap { name, value in value.map { "\(name) \(Amount.milliseconds($0))" } }.joined(separator: ", ")
    }

    // MARK: overview

    private func overview(_ page: inout Page) {
        blank(&page)
        let room = width - 9
        if room >= 8 {
            line(&page, "calls    " + pen.line(figures.buckets.map(\.outcomes.total), width: room))
            if figures.outcomes.failed > 0 {
                line(&page, "failed   " + pen.line(figures.buckets.map(\.outcomes.failed), width: room), .bad)
            }
            if figures.outcomes.denied > 0 {
                line(&page, "denied   " + pen.line(figures.buckets.map(\.outcomes.denied), width: room), .waiting)
            }
        } else {
            line(&page, pen.line(figures.buckets.map(\.outcomes.total), width: width))
        }
        for kind in ["outcome", "user", "server", "tool"] { list(kind, &page) }
        guard figures.approvals.asked > 0 else { return }
        blank(&page)
        let approvals = figures.approvals
        line(&page, "APPROVALS", .heading)
        line(
            &page,
            "\(Numbers.grouped(approvals.asked)) asked, \(Numbers.grouped(approvals.approved)) approved, \(Numbers.grouped(approvals.rejected)) rejected"
        )
        if approvals.waiting.count > 0 { line(&page, "waited \(latency(approvals.waiting))") }
    }

    // MARK: lists

    private struct Row {
        let name: String
        let calls: Int64
        var failed: Int64 = 0
        var denied: Int64 = 0
        var p99: Double?
        var trend: [Int64] = []
        var style = Style.plain
    }

    private func list(_ kind: String, _ page: inout Page) {
        let (rows, others, names) = rows(kind)
        guard !rows.isEmpty else { return }
        blank(&page)
        let total = rows.reduce(others) { $0 + $1.calls }
        let layout = Layout(
            width: width, names: rows.map { DisplayWidth.of(pen.name($0.name, width: 400).trimmed) }.max() ?? 1,
            count: Numbers.grouped(total).utf8.count, hasDetails: kind != "outcome" && kind != "error")
        line(&page, layout.heading(kind.uppercased()), .heading)
        let most = rows.map(\.calls).max() ?? 1
        for row in rows {
            var text = pen.name(row.name, width: layout.name) + " " + Numbers.right(Numbers.grouped(row.calls), layout.count)
            if layout.bar > 0 { text += " " + pen.bar(Double(row.calls) / Double(max(most, 1)), width: layout.bar) }
            if layout.details {
                text += " " + Numbers.right(Numbers.share(row.failed, of: row.calls), 7)
                text += " " + Numbers.right(Numbers.share(row.denied, of: row.calls), 7)
                text += " " + Numbers.right(row.p99.map(Amount.milliseconds) ?? "", 9)
            }
            if layout.trend > 0 { text += " " + pen.line(row.trend, width: layout.trend) }
            line(&page, text.trimmed, row.style)
        }
        if others > 0 {
            let counted = "\(Numbers.grouped(Int64(names - rows.count))) others"
            let more = names > rows.count && counted.utf8.count <= layout.name ? counted : "others"
            line(&page, pen.name(more, width: layout.name) + " " + Numbers.right(Numbers.grouped(others), layout.count), .faint)
        }
    }

    private func rows(_ kind: String) -> (rows: [Row], others: Int64, names: Int) {
        switch kind {
        case "outcome":
            let outcomes = figures.outcomes
            let all: [(String, Int64, Style)] = [
                ("ok", outcomes.ok, .good), ("error", outcomes.error, .bad), ("denied", outcomes.denied, .waiting),
                ("pending", outcomes.pending, .waiting), ("cancelled", outcomes.cancelled, .plain), ("timeout", outcomes.timeout, .bad),
                ("lost", outcomes.lost, .bad), ("stopped", outcomes.stopped, .bad),
            ]
            return (all.filter { $0.1 > 0 }.map { Row(name: $0.0, calls: $0.1, style: $0.2) }, 0, 8)
        case "user": return rows(figures.users)
        case "server": return rows(figures.servers)
        case "client": return rows(figures.clients)
        case "error": return rows(figures.errors)
        default: return rows(figures.tools)
        }
    }

    private func rows(_ groups: AuditFigures.Groups) -> (rows: [Row], others: Int64, names: Int) {
        let rows = groups.items.map {
            Row(name: $0.name, calls: $0.calls, failed: $0.outcomes.failed, denied: $0.outcomes.denied, p99: $0.p99Ms, trend: $0.trend)
        }
        return (rows, groups.others, groups.isCapped ? 0 : groups.names)
    }

    /// What fits into a line: name and number always, then a bar, then the details, then the trend.
    private struct Layout {
        var name: Int
        let count: Int
        var bar = 0
        var details = false
        var trend = 0

        init(width: Int, names: Int, count: Int, hasDetails: Bool) {
            self.count = max(count, 5)
            // A long name leaves room for the rest where there is any to leave.
            let most = width >= 60 ? width * 2 / 5 : width - self.count - 1
            name = min(max(names, 9), max(6, most))
            var left = width - name - self.count - 1
            if hasDetails, left >= 26 + 6 {
                details = true
                left -= 26
            }
            if hasDetails, left >= 13 + 7 {
                trend = left >= 25 + 11 ? 24 : 12
                left -= trend + 1
            }
            if left >= 5 { bar = min(left - 1, 40) }
        }

        func heading(_ kind: String) -> String {
            var text = kind + String(repeating: " ", count: max(0, name - kind.utf8.count)) + " " + Numbers.right("CALLS", count)
            if bar > 0 { text += String(repeating: " ", count: bar + 1) }
            if details { text += "  FAILED  DENIED       P99" }
            if trend > 0 { text += " TREND" }
            return text.trimmed
        }
    }

    // MARK: lines

    /// A line that is no wider than the terminal.
    private func line(_ page: inout Page, _ text: String, _ style: Style = .plain) {
        var rest = text.trimmed
        // Words of sentences go onto a line of their own where they do not fit; what is drawn fits already.
        while DisplayWidth.of(rest) > width, let cut = rest.breakPoint(width) {
            page.line(String(rest[..<cut]).trimmed, style)
            rest = String(rest[cut...].drop { $0 == " " })
        }
        page.line(rest, style)
    }

    private func blank(_ page: inout Page) { page.line("") }
}

extension String {
    /// Without blanks at the end.
    fileprivate var trimmed: String { String(self[..<(lastIndex { $0 != " " }.map { index(after: $0) } ?? startIndex)]) }

    /// Behind the last blank before a column; nil where there is none.
    fileprivate func breakPoint(_ width: Int) -> Index? {
        var columns = 0
        var found: Index?
        for index in indices {
            columns += DisplayWidth.of(self[index])
            if columns > width + 1 { break }
            if self[index] == " ", index > startIndex { found = self.index(after: index) }
        }
        return found
    }
}
