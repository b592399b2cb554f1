import PetaAdminAPI

/// One audit record as a line for people: time, user, what was called, how it ended, how long it took.
enum AuditText {
    /// nil where the record cannot be read.
    static func line(_ bytes: [UInt8], usesColor: Bool) -> String? {
        guard let entry = try? AdminJSON.decode(AuditEntry.self, from: bytes) else { return nil }
        let outcome = entry.outcome ?? entry.decision ?? "-"
        let style: Style =
            switch outcome {
            case "ok": .good
            case "pending", "cancelled": .waiting
            default: .bad
            }
        let duration = entry.durationMs.map(Amount.milliseconds) ?? ""
        var line = Style.faint.paint(Clock.words(entry.time), usesColor: usesColor)
        line += "  " + padded(entry.user ?? "-", 12)
        line += "  " + padded(what(entry), 32)
        line += "  " + style.paint(padded(outcome, 9), usesColor: usesColor)
        line += "  " + String(repeating: " ", count: max(0, 8 - duration.utf8.count)) + duration
        if let error = entry.error, !error.isEmpty { line += "  " + Escaped.line(error) }
        return String(line.reversed().drop { $0 == " " }.reversed())
    }

    private static func what(_ entry: AuditEntry) -> String {
        switch (entry.server, entry.tool) {
        case (let server?, let tool?): "\(server)::\(tool)"
        case (nil, let tool?): tool
        case (let server?, nil): "\(entry.method ?? entry.kind) \(server)"
        case (nil, nil): entry.method ?? entry.kind
        }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        let safe = Escaped.line(text)
        return safe + String(repeating: " ", count: max(0, width - DisplayWidth.of(safe)))
    }
}
