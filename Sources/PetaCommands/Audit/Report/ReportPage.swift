import PetaAdminAPI

/// A stretch of the audit as one HTML page that needs nothing else: no scripts, no files, no network.
struct ReportPage {
    let figures: AuditFigures
    let title: String
    let version: String
    let now: Timestamp
    /// What verifying the chain gave; nil: it was not asked.
    let verdict: AuditVerdict?

    var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width,initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <meta name="referrer" content="no-referrer">
        <meta name="generator" content="peta \(HTMLText.safe(version))">
        <title>\(HTMLText.safe(title))</title>
        <style>
        \(ReportStyle.css)
        </style>
        </head>
        <body>
        \(header)
        <main>
        \(sections.joined(separator: "\n"))
        </main>
        \(footer)
        </body>
        </html>

        """
    }

    private var header: String {
        let period = "\(Clock.words(figures.from)) to \(Clock.words(figures.to))"
        let span = Amount.duration(max(0, figures.to.milliseconds - figures.from.milliseconds + 999) / 1000)
        return """
            <header>
            <h1>\(HTMLText.safe(title))</h1>
            <p class="period">\(period) <span class="soft">(\(span), all times in UTC)</span></p>
            \(seal)
            </header>
            """
    }

    private var seal: String {
        guard let verdict else { return "" }
        guard verdict.ok else {
            let place = verdict.firstBad.map { " at record \(Numbers.grouped($0))" } ?? ""
            return "<p class=\"seal bad\">The chain of records is broken\(place).</p>"
        }
        let from = verdict.checkpoint.map { ", those after \(Numbers.grouped($0.seq)), which retention left" } ?? ""
        return "<p class=\"seal good\">The chain of \(Numbers.grouped(verdict.records)) records is whole\(from).</p>"
    }

    private var sections: [String] {
        guard figures.calls > 0 else {
            return [
                section(
                    "Calls",
                    "<p>No calls in this time\(figures.acts > 0 ? ", \(Numbers.grouped(figures.acts)) administrative acts" : "").</p>")
            ]
        }
        var sections = [tiles, callsOverTime, latency]
        sections.append(ReportTables.groups("Users", figures.users, of: figures.calls))
        sections.append(ReportTables.groups("Servers", figures.servers, of: figures.calls))
        sections.append(ReportTables.groups("Tools, resources and prompts", figures.tools, of: figures.calls))
        sections.append("<div class=\"two\">\n<div>\(outcomes)</div>\n<div>\(decisions)</div>\n</div>")
        sections.append(ReportTables.errors(figures.errors))
        if figures.approvals.asked > 0 || figures.approvals.approved + figures.approvals.rejected > 0 { sections.append(approvals) }
        sections.append(ReportTables.groups("Clients", figures.clients, of: figures.calls))
        return sections
    }

    private var tiles: String {
        let outcomes = figures.outcomes
        var tiles: [(value: String, name: String, isAlarm: Bool)] = [
            (Numbers.grouped(figures.calls), figures.calls == 1 ? "call" : "calls", false),
            (
                figures.users.isCapped ? ">\(Numbers.grouped(Int64(figures.users.names)))" : Numbers.grouped(Int64(figures.users.names)),
                figures.users.names == 1 ? "user" : "users", false
            ),
            (Numbers.share(outcomes.ok, of: figures.calls), "answered", false),
            (Numbers.share(outcomes.failed, of: figures.calls), "failed", outcomes.failed * 20 > figures.calls),
            (Numbers.share(outcomes.denied, of: figures.calls), "denied", false),
        ]
        for (value, name) in [(figures.latency.p50Ms, "median latency"), (figures.latency.p99Ms, "99th percentile")] {
            if let value { tiles.append((Amount.milliseconds(value), name, false)) }
        }
        tiles.append(
            (Numbers.grouped(figures.approvals.asked), figures.approvals.asked == 1 ? "approval asked for" : "approvals asked for", false))
        tiles.append((Amount.bytes(figures.bytesOut), "answered in all", false))
        tiles.append((Numbers.grouped(figures.acts), figures.acts == 1 ? "administrative act" : "administrative acts", false))
        let cells = tiles.map {
            "<div class=\"tile\($0.isAlarm ? " alarm" : "")\"><b>\(HTMLText.safe($0.value))</b><span>\($0.name)</span></div>"
        }
        return "<section><div class=\"tiles\">\n\(cells.joined(separator: "\n"))\n</div></section>"
    }

    private var callsOverTime: String {
        let keys = ReportCharts.layers.map { ($0.style, $0.name, $0.count(figures.outcomes)) }
        return section(
            "Calls over time",
            "<figure style=\"margin:0\">\(ReportCharts.calls(figures))\(ReportTables.legend(keys))</figure>"
                + "<p class=\"soft\">Each bar is \(Amount.duration(figures.bucketSeconds)).</p>")
    }

    private var latency: String {
        guard figures.latency.count > 0 else { return "" }
        let keys: [(String, String, Int64?)] = [("p50", "median", nil), ("p99", "99th percentile", nil)]
        let over = "<figure style=\"margin:0\">\(ReportCharts.latency(figures))\(ReportTables.legend(keys))</figure>"
        return section("Latency of answered calls", over)
            + "\n<section class=\"two\"><div><h2>How long calls took</h2>"
            + ReportCharts.distribution(figures.latency, label: "Distribution of latency") + "</div><div><h2>Percentiles</h2>"
            + ReportTables.percentiles([("all of the call", figures.latency), ("in the server", figures.downstream)]) + "</div></section>"
    }

    private var outcomes: String {
        let outcomes = figures.outcomes
        let parts: [(style: String, name: String, count: Int64)] = [
            ("ok", "answered", outcomes.ok), ("wait", "waiting for a person", outcomes.pending), ("gone", "cancelled", outcomes.cancelled),
            ("deny", "denied", outcomes.denied), ("fail", "answered with an error", outcomes.error),
            ("fail", "not in time", outcomes.timeout),
            ("fail", "server lost", outcomes.lost), ("fail", "gateway stopped", outcomes.stopped),
        ]
        return section(
            "How calls ended",
            ReportCharts.strip(parts, label: "Outcomes") + ReportTables.legend(parts.filter { $0.count > 0 }.map { ($0, $1, $2) }))
    }

    private var decisions: String {
        let names = ["allow": ("ok", "allowed"), "deny": ("deny", "denied"), "require_approval": ("wait", "a person decides")]
        let parts = figures.decisions.map {
            (style: names[$0.name]?.0 ?? "gone", name: names[$0.name]?.1 ?? HTMLText.safe($0.name), count: $0.count)
        }
        return section(
            "What was decided",
            ReportCharts.strip(parts, label: "Decisions") + ReportTables.legend(parts.filter { $0.count > 0 }.map { ($0, $1, $2) }))
    }

    private var approvals: String {
        let approvals = figures.approvals
        let open = max(0, approvals.asked - approvals.approved - approvals.rejected)
        let parts: [(style: String, name: String, count: Int64)] = [
            ("ok", "approved", approvals.approved), ("fail", "rejected", approvals.rejected), ("gone", "not decided in this time", open),
        ]
        var body = ReportCharts.strip(parts, label: "Approvals") + ReportTables.legend(parts.map { ($0, $1, $2) })
        if approvals.waiting.count > 0 {
            body += "<div class=\"two\" style=\"margin-top:16px\"><div><h2>How long people took</h2>"
            body += ReportCharts.distribution(approvals.waiting, label: "Waiting times") + "</div><div><h2>Waiting times</h2>"
            body += ReportTables.percentiles([("until decided", approvals.waiting)]) + "</div></div>"
        }
        return section("Approvals", body)
    }

    private var footer: String {
        var notes = [
            "Made by peta \(HTMLText.safe(version)) on \(Clock.words(now)) from the audit log.",
            "Percentiles are of calls that were answered and right to within 6 %.",
        ]
        if let checkpoint = figures.checkpoint {
            notes.append(
                "Retention removed \(Numbers.grouped(checkpoint.removed)) records up to number \(Numbers.grouped(checkpoint.seq)), last on \(Clock.words(checkpoint.at)): what was before is not counted."
            )
        }
        if figures.unreadable > 0 {
            notes.append("<b class=\"alarm\">\(Numbers.grouped(figures.unreadable)) rows hold no record: see peta audit verify.</b>")
        }
        return "<footer>\n\(notes.map { "<p>\($0)</p>" }.joined(separator: "\n"))\n</footer>"
    }

    private func section(_ title: String, _ body: String) -> String { "<section>\n<h2>\(title)</h2>\n\(body)\n</section>" }
}
