import PetaAdminAPI

/// How a reviewer's machine looks: rows of text that fit a terminal, whatever its size.
///
/// Lines of what a model or a server says stand between two rules, so that none of them passes for one of the reviewer's own.
package enum ReviewScreen {
    /// One row: its text fits the width, and nothing in it harms a terminal.
    package struct Row: Equatable, Sendable {
        package var text: String
        var style = Style.plain
    }

    /// How many rows show the document. At least one.
    static func bodyRows(_ size: ReviewSize) -> Int { max(1, size.rows - chrome(size)) }

    /// Rows around the document: title, rule, and rule, message, keys; fewer on a small screen.
    private static func chrome(_ size: ReviewSize) -> Int {
        switch size.rows {
        case ..<2: 0
        case 2, 3: 1
        case 4, 5: 2
        case 6..<12: 3
        default: 5
        }
    }

    /// The whole screen, from the top: as many rows as it has.
    package static func rows(_ machine: ReviewMachine, now: ReviewMoment) -> [Row] {
        let size = machine.size
        let body = bodyRows(size)
        let count = chrome(size)
        let rule = Row(text: String(repeating: "-", count: size.columns), style: .faint)
        var rows: [Row] = []
        if count >= 2 { rows.append(title(machine, now)) }
        if count >= 5 { rows.append(rule) }
        let (content, more) = content(machine, now, rows: body)
        rows += content + Array(repeating: Row(text: ""), count: max(0, body - content.count))
        if count >= 5 { rows.append(Row(text: ruled(more, size.columns), style: .faint)) }
        if count >= 1 { rows.append(note(machine, count >= 5 ? "" : more, now)) }
        if count >= 3 { rows.append(Row(text: keys(machine), style: .faint)) }
        if count == 0, machine.isReason { rows = [note(machine, "", now)] }
        return rows.map { Row(text: DisplayWidth.fit($0.text, size.columns), style: $0.style) }
    }

    // MARK: parts

    private static func title(_ machine: ReviewMachine, _ now: ReviewMoment) -> Row {
        switch machine.mode {
        case .list: return Row(text: "What waits: \(Words.count(machine.queue.count, "call"))", style: .heading)
        case .help: return Row(text: "Help", style: .heading)
        case .review, .reason: break
        }
        guard let shown = machine.current else { return Row(text: "peta approve", style: .heading) }
        return Row(text: summary(machine, shown.entry, now), style: .heading)
    }

    /// How long it waits still, and what else does.
    static func summary(_ machine: ReviewMachine, _ entry: ApprovalEntry, _ now: ReviewMoment) -> String {
        let left = max(0, entry.expiresAt.milliseconds - now.wall.milliseconds) / 1000
        let others = machine.queue.count(of: entry.user) - 1
        var text = "expires in \(Amount.duration(left)); \(Words.count(machine.queue.count, "call")) waiting"
        if others > 0 { text += ", \(others) more from \(Escaped.line(entry.user))" }
        return text
    }

    private static func content(_ machine: ReviewMachine, _ now: ReviewMoment, rows: Int) -> ([Row], more: String) {
        switch machine.mode {
        case .list(let top): return slice(list(machine, now), top, rows)
        case .help(let top): return slice(help(machine.size.columns), top, rows)
        case .review, .reason: break
        }
        guard let shown = machine.current else { return (Array(wrapped(idle(machine), machine.size.columns).prefix(rows)), "") }
        let all = shown.layout.rows.map { Row(text: $0.text, style: $0.style) }
        return slice(all, shown.top, rows)
    }

    private static func slice(_ all: [Row], _ top: Int, _ rows: Int) -> ([Row], more: String) {
        let start = min(max(0, top), all.count)
        let end = min(all.count, start + rows)
        let below = all.count - end
        let more = below > 0 ? "\(Words.count(below, "line")) more below: space shows them" : start > 0 ? "the end" : ""
        return (Array(all[start..<end]), more)
    }

    /// What is said where no request is shown.
    static func idle(_ machine: ReviewMachine) -> String {
        if machine.isFetching { return "Asking for the next request ..." }
        if machine.isDeciding { return "Waiting for the gateway's answer ..." }
        switch machine.link {
        case .loading: return "Asking the gateway what waits ..."
        case .live, .lost: return "Nothing waits for a decision. What comes is shown at once."
        }
    }

    private static func note(_ machine: ReviewMachine, _ more: String, _ now: ReviewMoment) -> Row {
        if case .reason(let text) = machine.mode { return Row(text: prompt(text, machine.size.columns), style: .heading) }
        if machine.isDeciding { return Row(text: "sent; waiting for the gateway's answer ...", style: .waiting) }
        if let message = machine.message, now.steady - message.at < 4000 { return Row(text: message.text, style: message.style) }
        if case .lost(let reason) = machine.link { return Row(text: lost(reason), style: .bad) }
        if let message = machine.message, more.isEmpty || now.steady - message.at < 15_000 {
            return Row(text: message.text, style: message.style)
        }
        return Row(text: more, style: .faint)
    }

    /// The lower rule, with what is said of the rest of the document.
    private static func ruled(_ more: String, _ columns: Int) -> String {
        let text = more.isEmpty ? "" : "--- \(more) "
        return text + String(repeating: "-", count: max(0, columns - text.utf8.count))
    }

    static func lost(_ reason: String) -> String { "trying again: " + Escaped.line(reason) }

    /// The end of what is typed, where not all of it fits.
    private static func prompt(_ typed: String, _ columns: Int) -> String {
        let lead = columns >= 24 ? "Reason (Esc cancels): " : "> "
        var text = Escaped.line(typed)
        var cut = false
        while !text.isEmpty, DisplayWidth.of(lead + (cut ? "…" : "") + text) >= columns {
            text.removeFirst()
            cut = true
        }
        return lead + (cut ? "…" : "") + text + "_"
    }

    private static func keys(_ machine: ReviewMachine) -> String {
        let columns = machine.size.columns
        switch machine.mode {
        case .reason: return columns >= 44 ? "Enter rejects with this reason, Esc cancels" : "Enter / Esc"
        case .list, .help: return columns >= 30 ? "j k space scroll, q goes back" : "q back"
        case .review: break
        }
        guard let shown = machine.current else { return columns >= 24 ? "l list  ? help  q quit" : "l ? q" }
        let full = shown.isCut ? "f all  " : ""
        let long = "a approve  r reject  s skip  d details  \(full)l list  ? help  q quit"
        return long.utf8.count <= columns ? long : "a r s d \(shown.isCut ? "f " : "")l ? q"
    }

    // MARK: pages

    /// What waits, by requester.
    static func list(_ machine: ReviewMachine, _ now: ReviewMoment) -> [Row] {
        var rows: [Row] = []
        let columns = machine.size.columns
        for group in machine.queue.groups(showing: 5).prefix(1000) {
            rows += wrapped("\(Escaped.line(group.user)): \(Words.count(group.count, "call"))", columns, .heading)
            for entry in group.entries {
                let left = max(0, entry.expiresAt.milliseconds - now.wall.milliseconds) / 1000
                rows += wrapped("  \(ReviewDocument.name(entry)), expires in \(Amount.duration(left))", columns)
            }
            let rest = group.count - group.entries.count
            if rest > 0 { rows += wrapped("  and \(rest) more", columns, .faint) }
        }
        return rows.isEmpty ? wrapped("Nothing waits.", columns) : rows
    }

    static let helpText = """
        a       approve: the call runs, exactly as it is shown. Works once all of the arguments were on the screen; pressing it \
        twice does not get round that.
        A       approve although something of the arguments is hidden or cut.
        r       reject; asks for a reason, which the one who asks reads.
        s       skip: it waits still, and comes again after the others.
        d       details: the tool's own words, its hints, what others said.
        f       show all of the arguments, with what was hidden or cut. The audit records it.
        l       list what waits.
        j k     scroll by a line, as the arrows do; space and b by a page, g and G to the beginning and the end.
        q       quit. Nothing is decided by that.

        Requesters come in turn, so that many requests of one do not keep others waiting. A key that was pressed before a request was on \
        the screen does not decide it. What does not show itself in a text is written as an escape, such as \\u{202e}; names that can be \
        taken for others are marked with !.
        """

    static let helpLines = helpText.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)

    static func help(_ columns: Int) -> [Row] { helpLines.flatMap { wrapped($0, columns, hang: 8) } }

    /// Broken at spaces where there are any.
    private static func wrapped(_ text: String, _ columns: Int, _ style: Style = .plain, hang: Int = 4) -> [Row] {
        var rows: [Row] = []
        let lead = String(repeating: " ", count: min(hang, columns / 3))
        var rest = text[...]
        var start = ""
        while true {
            let (end, isAll) = fitting(rest, columns - start.count)
            rows.append(Row(text: start + rest[..<end], style: style))
            if isAll { return rows }
            rest = rest[end...].drop { $0 == " " }
            start = lead
        }
    }

    /// Where the first line of a text ends; at least one character is on it.
    private static func fitting(_ text: Substring, _ columns: Int) -> (end: Substring.Index, isAll: Bool) {
        var used = 0
        var index = text.startIndex
        var space: Substring.Index?
        while index < text.endIndex {
            used += DisplayWidth.of(text[index])
            if used > columns, index > text.startIndex {
                // What is indented is not broken before its first word.
                if let space, text[..<space].contains(where: { $0 != " " }) { return (space, false) }
                return (index, false)
            }
            if text[index] == " " { space = index }
            index = text.index(after: index)
        }
        return (text.endIndex, true)
    }
}
