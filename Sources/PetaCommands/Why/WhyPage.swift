import PetaAdminAPI

/// How the reasons of a call look to people.
struct WhyPage {
    private let answer: WhyAnswer
    private let record: AuditEntry
    private let session: Session
    /// Columns that a line may take.
    private let width: Int
    private static let label = 11

    init(_ answer: WhyAnswer, _ record: AuditEntry, _ session: Session) {
        self.answer = answer
        self.record = record
        self.session = session
        width = min(max(session.console.width ?? 80, 40), 100)
    }

    func fill(_ page: inout Page) {
        var fields: [(name: String, cell: Cell)] = []
        for (name, text, style) in facts {
            guard let text, !text.isEmpty else { continue }
            for (index, line) in Self.wrapped(text, width - Self.label).enumerated() {
                let label = index == 0 ? name : ""
                fields.append((label + String(repeating: " ", count: max(0, Self.label - 2 - label.utf8.count)), Cell(line, style)))
            }
        }
        page.fields(fields)
        inputs(&page)
        rule(&page)
        approval(&page)
        arguments(&page)
        if !answer.notes.isEmpty { page.line("") }
        for note in answer.notes { paragraph(&page, "note: " + note, .waiting) }
    }

    private var facts: [(String, String?, Style)] {
        let isAct = record.kind == "admin"
        let id = answer.requestId.map { "\($0), " } ?? ""
        return [
            (isAct ? "act" : "call", "\(id)record \(answer.seq), \(record.time.text) (\(session.ago(record.time) ?? ""))", .plain),
            ("what", isAct ? words([record.command, record.method, record.target]) : what, .plain),
            (
                "who", isAct ? record.user : words([record.user, record.role.map { "role \($0)" }, record.tokenId.map { "token \($0)" }]),
                .plain
            ),
            ("from", words([record.address, client, record.session.map { "session \($0)" }]), .plain),
            ("decided", "\(record.decision ?? "nothing") (\(layer))", style(record.decision)),
            ("", answer.explanation, .plain),
            ("outcome", words([record.outcome, record.error], ": "), record.outcome == "ok" ? .good : .plain),
            ("time", time, .plain),
            ("secrets", isAct ? nil : record.secrets.map { $0.joined(separator: ", ") } ?? "none", .plain),
        ]
    }

    private var what: String? {
        let target = record.server.map { "\($0)::\(record.tool ?? "")" } ?? record.tool
        return words([record.method, target], " ")
    }

    private var client: String? {
        guard let client = record.client else { return nil }
        return words(["client", client.name, client.version], " ")
    }

    private var layer: String {
        switch answer.layer {
        case "request": "the request itself"
        case "target": "there is no such thing"
        case "rights": "by rights" + (answer.right.map { ", layer \($0)" } ?? "")
        case "policy": "by policy"
        case "default": "by default"
        case "danger": "by the tool's danger level"
        case "approval": "by a person"
        case "limits": "by limits"
        default: "an administrative act"
        }
    }

    private var time: String? {
        guard let all = record.durationMs else { return nil }
        return "\(Self.milliseconds(all))" + (record.downstreamMs.map { ", of which \(Self.milliseconds($0)) at the server" } ?? "")
    }

    private static func milliseconds(_ value: Double) -> String { "\((value * 100).rounded() / 100) ms" }

    private func style(_ decision: String?) -> Style {
        switch decision {
        case "allow": .good
        case "deny": .bad
        default: .waiting
        }
    }

    // MARK: sections

    private func inputs(_ page: inout Page) {
        guard let raw = record.inputs, case .object(let members)? = try? JSONReader.read(raw.bytes), !members.isEmpty else { return }
        head(&page, "What the rule looked at")
        let column = min(30, members.map { DisplayWidth.of(Escaped.line($0.name)) }.max() ?? 0)
        for member in members {
            let name = DisplayWidth.fit(Escaped.line(member.name), column)
            let gap = String(repeating: " ", count: column - DisplayWidth.of(name) + 2)
            let value = member.value.stringValue ?? "nothing there"
            for (index, line) in Self.wrapped(value, width - column - 4).enumerated() {
                page.line("  " + (index == 0 ? name + gap : String(repeating: " ", count: column + 2)) + line)
            }
        }
    }

    private func rule(_ page: inout Page) {
        guard let rule = answer.rule else { return }
        head(&page, "Rule \(rule.rule)" + (rule.version.map { ", version \($0)" } ?? ""))
        var now: String
        if rule.inForce {
            now = "This version is in force."
        } else if let other = rule.versionInForce {
            now = "Version \(other) is in force now; the rule \(rule.unchanged ? "reads the same there" : "is another there, or gone")."
        } else {
            now = "No version of the set is in force now."
        }
        if let who = rule.changedBy, let when = session.ago(rule.changedAt) { now = "Applied \(when) by \(who). " + now }
        paragraph(&page, now, .plain)
        guard let text = rule.text, let first = rule.line else { return }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let digits = String(first + lines.count).utf8.count
        for (index, line) in lines.enumerated() {
            let number = String(first + index)
            for (part, piece) in Self.wrapped(String(line), width - digits - 4).enumerated() {
                let label = part == 0 ? number : ""
                page.line(String(repeating: " ", count: digits - label.utf8.count + 2) + label + "  " + piece, .faint)
            }
        }
    }

    private func approval(_ page: inout Page) {
        guard let approval = answer.approval else { return }
        head(&page, "Approval \(approval.id): \(approval.status ?? "not kept any more")")
        for one in approval.decisions {
            let reason = one.reason.map { ": \($0)" } ?? ""
            paragraph(&page, "\(one.verdict) by \(one.by) (\(one.role), \(one.channel)), \(one.at.text)\(reason)", .plain)
        }
        if let count = approval.approvers, count > 1 { paragraph(&page, "\(count) people have to approve.", .plain) }
        if approval.status == "pending", let until = approval.expiresAt { paragraph(&page, "Waits until \(until.text).", .plain) }
        if let failure = approval.failure { paragraph(&page, "Its call failed: \(failure)", .bad) }
        switch approval.resultKept {
        case true?: paragraph(&page, "Its result is kept for those who call again, unless it was too large.", .plain)
        case false?: paragraph(&page, "Its result is not kept any more.", .plain)
        case nil: break
        }
    }

    private func arguments(_ page: inout Page) {
        guard let raw = record.arguments, let node = try? JSONReader.read(raw.bytes) else { return }
        head(&page, "Arguments")
        for line in String(decoding: JSONWriter.write(node, pretty: true), as: UTF8.self).split(separator: "\n") {
            // One line each, so that a text cannot pass for another member.
            for piece in Self.wrapped(String(line), width - 2) { page.line("  " + piece) }
        }
    }

    // MARK: pieces

    private func head(_ page: inout Page, _ text: String) {
        page.line("")
        for line in Self.wrapped(text, width) { page.line(line, .heading) }
    }

    private func paragraph(_ page: inout Page, _ text: String, _ style: Style) {
        for line in Self.wrapped(text, width - 2) { page.line("  " + line, style) }
    }

    private func words(_ parts: [String?], _ separator: String = ", ") -> String? {
        let known = parts.compactMap(\.self).filter { !$0.isEmpty }
        return known.isEmpty ? nil : known.joined(separator: separator)
    }

    /// Lines of at most so many columns, broken at spaces where there are some; made safe for a terminal.
    static func wrapped(_ text: String, _ columns: Int) -> [String] {
        let columns = max(columns, 10)
        var lines: [String] = []
        var line = Substring(Escaped.line(text))
        while DisplayWidth.of(String(line)) > columns {
            var end = line.startIndex
            var space: Substring.Index?
            var used = 0
            while end < line.endIndex {
                used += DisplayWidth.of(String(line[end]))
                guard used <= columns else { break }
                if line[end] == " ", line[..<end].contains(where: { $0 != " " }) { space = end }
                end = line.index(after: end)
            }
            // A character that is wider than a line still gets one.
            if end == line.startIndex { end = line.index(after: end) }
            let cut = space ?? end
            lines.append(String(line[..<cut]))
            line = line[cut...].drop { $0 == " " }
        }
        return lines + (line.isEmpty && !lines.isEmpty ? [] : [String(line)])
    }
}
