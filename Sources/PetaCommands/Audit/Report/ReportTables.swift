import PetaAdminAPI

/// Tables and legends of a report.
enum ReportTables {
    static func groups(_ title: String, _ groups: AuditFigures.Groups, of total: Int64) -> String {
        guard !groups.items.isEmpty else { return "" }
        let most = Double(groups.items.map(\.calls).max() ?? 1)
        var rows = ""
        for group in groups.items {
            let outcomes = group.outcomes
            rows += "<tr><td class=\"name\"><bdi>\(HTMLText.safe(group.name))</bdi></td>"
            rows += "<td class=\"num\">\(Numbers.grouped(group.calls))</td>"
            rows +=
                "<td class=\"bar\"><span><i style=\"width:\(HTMLText.number(Double(group.calls) / max(most, 1) * 100))%\"></i></span></td>"
            rows += "<td class=\"num\">\(Numbers.share(group.calls, of: total))</td>"
            rows +=
                "<td class=\"num\(outcomes.failed * 20 > group.calls ? " alarm" : "")\">\(Numbers.share(outcomes.failed, of: group.calls).markup)</td>"
            rows += "<td class=\"num\">\(Numbers.share(outcomes.denied, of: group.calls).markup)</td>"
            rows += "<td class=\"num\">\(group.p50Ms.map(Amount.milliseconds) ?? "-")</td>"
            rows += "<td class=\"num\">\(group.p99Ms.map(Amount.milliseconds) ?? "-")</td>"
            rows += "<td class=\"trends\">\(ReportCharts.trend(group.trend))</td></tr>\n"
        }
        if groups.others > 0 {
            let more = groups.names - groups.items.count
            let name = groups.isCapped ? "all others" : more == 1 ? "1 other" : "\(Numbers.grouped(Int64(more))) others"
            rows +=
                "<tr class=\"others\"><td class=\"name\">\(name)</td><td class=\"num\">\(Numbers.grouped(groups.others))</td><td class=\"bar\"></td>"
            rows +=
                "<td class=\"num\">\(Numbers.share(groups.others, of: total))</td><td colspan=\"4\"></td><td class=\"trends\"></td></tr>\n"
        }
        return """
            <section\(groups.items.count <= 10 ? " class=\"whole\"" : "")>
            <h2>\(title)</h2>
            <div class="scroll"><table>
            <thead><tr><th>Name</th><th class="num">Calls</th><th class="bar"></th><th class="num">Share</th><th class="num">Failed</th>\
            <th class="num">Denied</th><th class="num">p50</th><th class="num">p99</th><th class="trends">Over time</th></tr></thead>
            <tbody>
            \(rows)</tbody>
            </table></div>
            </section>
            """
    }

    static func errors(_ errors: AuditFigures.Groups) -> String {
        guard !errors.items.isEmpty else { return "" }
        var rows = errors.items.map {
            "<tr><td class=\"name mono\" style=\"max-width:none\"><bdi>\(HTMLText.safe($0.name))</bdi></td><td class=\"num\">\(Numbers.grouped($0.calls))</td>"
                + "<td class=\"trends\">\(ReportCharts.trend($0.trend))</td></tr>"
        }
        if errors.others > 0 {
            rows.append(
                "<tr class=\"others\"><td class=\"name\">others</td><td class=\"num\">\(Numbers.grouped(errors.others))</td><td class=\"trends\"></td></tr>"
            )
        }
        return """
            <section class="whole">
            <h2>What went wrong</h2>
            <div class="scroll"><table>
            <thead><tr><th>Reason</th><th class="num">Calls</th><th class="trends">Over time</th></tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody>
            </table></div>
            </section>
            """
    }

    static func percentiles(_ rows: [(name: String, latency: AuditFigures.Latency)]) -> String {
        let lines = rows.filter { $0.latency.count > 0 }.map { row in
            let values = [row.latency.p50Ms, row.latency.p90Ms, row.latency.p95Ms, row.latency.p99Ms, row.latency.maxMs]
            return "<tr><td>\(row.name)</td>" + values.map { "<td class=\"num\">\($0.map(Amount.milliseconds) ?? "-")</td>" }.joined()
                + "</tr>"
        }
        return """
            <table>
            <thead><tr><th>Time</th><th class="num">p50</th><th class="num">p90</th><th class="num">p95</th><th class="num">p99</th>\
            <th class="num">max</th></tr></thead>
            <tbody>
            \(lines.joined(separator: "\n"))
            </tbody>
            </table>
            """
    }

    static func legend(_ keys: [(style: String, name: String, count: Int64?)]) -> String {
        let items = keys.map { key in
            "<li><span class=\"key \(key.style)\"></span>\(key.name)\(key.count.map { " <b>\(Numbers.grouped($0))</b>" } ?? "")</li>"
        }
        return "<ul class=\"legend\">\(items.joined())</ul>"
    }
}

extension String {
    /// A share that may begin with `<`.
    fileprivate var markup: String { HTMLText.safe(self) }
}
