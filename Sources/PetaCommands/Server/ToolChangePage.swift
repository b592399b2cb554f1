import PetaAdminAPI

/// How tools that await acceptance look to people. Everything that a server wrote is shown with nothing hidden in it.
enum ToolChangePage {
    static func fill(_ page: inout Page, _ changes: [ToolChange]) {
        for (index, change) in changes.enumerated() {
            if index > 0 { page.line("") }
            fill(&page, change)
        }
    }

    private static func fill(_ page: inout Page, _ change: ToolChange) {
        page.line(
            "\(Escaped.hidden(change.name)): \(change.state)\(change.withheld ? ", withheld" : "")",
            change.state == "gone" ? .faint : .waiting)
        if let note = change.note { page.line("  \(note)", .waiting) }
        for finding in change.findings { page.line("  suspicious: \(words(finding))", .bad) }
        page.line("  digest \(change.digest)", .faint)
        // What is gone is gone whole.
        guard change.state != "gone" else { return }
        if change.fields.isEmpty { page.line("  too large to show here; --json with the tool's name may have it", .waiting) }
        for field in change.fields {
            page.line("  \(Escaped.hidden(field.path))", .heading)
            for (mark, text) in lines(field) {
                page.line("    \(mark) \(Escaped.hidden(text))", mark == "-" ? .bad : mark == "+" ? .good : .plain)
            }
        }
    }

    private static func lines(_ field: ToolChange.Field) -> [(mark: Character, text: String)] {
        let (old, new) = (node(field.old), node(field.new))
        if let a = old?.stringValue, let b = new?.stringValue { return LineDiff.lines(a, b) }
        return shown("-", field.old, old) + shown("+", field.new, new)
    }

    private static func node(_ value: RawJSON?) -> JSONNode? { value.flatMap { try? JSONReader.read($0.bytes) } }

    /// A text line by line, anything else as JSON.
    private static func shown(_ mark: Character, _ raw: RawJSON?, _ node: JSONNode?) -> [(mark: Character, text: String)] {
        guard let raw else { return [] }
        let text = node?.stringValue ?? String(decoding: raw.bytes, as: UTF8.self)
        let lines = text.split(separator: "\n", maxSplits: 200, omittingEmptySubsequences: false)
        return lines.prefix(200).map { (mark, String($0)) } + (lines.count > 200 ? [(mark, "… (more lines)")] : [])
    }

    /// One line about a suspicious text.
    static func words(_ finding: ToolFinding) -> String {
        "\(kind(finding.kind)) in \(Escaped.hidden(finding.field)), character \(finding.position): \(Escaped.hidden(finding.excerpt))"
    }

    private static func kind(_ kind: String) -> String {
        switch kind {
        case "control": "control characters"
        case "bidi": "marks that turn the direction of text"
        case "invisible": "invisible characters"
        case "tag": "invisible text in tag characters"
        case "variation_selector": "variation selectors that select nothing"
        case "private_use": "private characters"
        case "mixed_script": "letters of several scripts in one word"
        case "look_alike": "a name that looks like another"
        case "instruction": "words that speak to a model"
        case "concealment": "words that ask to keep something from the user"
        case "secrets": "words about credentials"
        case "blob": "a long encoded text"
        case "markup": "comments, tags or images"
        case "padding": "a long stretch of nothing"
        case "unread": "a text that is too long"
        default: kind
        }
    }
}
