import PetaAdminAPI

/// How approvals look to people.
enum ApprovalWords {
    static func status(_ status: String) -> Cell {
        switch status {
        case "approved", "executed": Cell(status, .good)
        case "pending", "executing": Cell(status, .waiting)
        case "rejected", "failed": Cell(status, .bad)
        default: Cell(status, .faint)
        }
    }

    /// `server::tool`.
    static func name(_ entry: ApprovalEntry) -> String { entry.server + "::" + entry.tool }

    /// Who decided and why; nil where nobody has.
    static func decision(_ entry: ApprovalEntry) -> String? {
        entry.decidedBy.map { who in
            who + (entry.decidedAt.map { ", " + Clock.words($0) } ?? "") + (entry.decisionReason.map { ": " + $0 } ?? "")
        }
    }

    /// One event on one line.
    static func line(_ event: ApprovalEvent, now: Timestamp, usesColor: Bool) -> String {
        if let notice = event.notice {
            return line(notice.time, "notice", .plain, notice.user, notice.server + "::" + notice.tool, nil, notice.requestId, usesColor)
        }
        guard let entry = event.approval else { return line(now, event.event, .faint, nil, nil, nil, nil, usesColor) }
        let (word, style): (String, Style) =
            switch event.event {
            case "decided": (entry.status, entry.status == "rejected" ? .bad : .good)
            case "executed": ("executed", .good)
            case "expired", "failed": (event.event, .bad)
            default: (event.event, .waiting)
            }
        let isNew = event.event == "waiting" || event.event == "created"
        let why =
            switch event.event {
            case "decided", "vote": decision(entry)
            case "failed": entry.failure
            default: isNew ? entry.reason : nil
            }
        let time = isNew ? entry.createdAt : event.event == "decided" ? entry.decidedAt ?? now : now
        return line(time, word, style, entry.user, name(entry), why, entry.id, usesColor)
    }

    private static func line(
        _ time: Timestamp, _ word: String, _ style: Style, _ user: String?, _ what: String?, _ why: String?, _ id: String?,
        _ usesColor: Bool
    ) -> String {
        var line = Style.faint.paint(Clock.words(time), usesColor: usesColor) + "  " + style.paint(padded(word, 9), usesColor: usesColor)
        for (text, width) in [(id, 12), (user, 12), (what, 24), (why, 0)] {
            if let text, !text.isEmpty { line += "  " + padded(text, width) }
        }
        return String(line.reversed().drop { $0 == " " }.reversed())
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        let safe = Escaped.line(text)
        return safe + String(repeating: " ", count: max(0, width - DisplayWidth.of(safe)))
    }
}
