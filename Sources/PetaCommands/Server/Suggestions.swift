import PetaAdminAPI

/// Danger levels that tools' annotations suggest: shown, and left to the administrator.
enum Suggestions {
    private static let levels = ["silent", "notify", "approval"]

    /// True where more care is suggested than is taken.
    private static func isOpen(_ tool: ToolEntry) -> Bool {
        guard let suggested = tool.suggestedDanger.flatMap(levels.firstIndex), let set = levels.firstIndex(of: tool.danger) else {
            return false
        }
        return suggested > set
    }

    /// The level, and the suggestion behind it.
    static func cell(_ tool: ToolEntry) -> Cell {
        let style: Style = tool.danger == "approval" ? .waiting : .plain
        guard isOpen(tool), let suggested = tool.suggestedDanger else { return Cell(tool.danger, style) }
        return Cell("\(tool.danger) (\(suggested)?)", style)
    }

    /// One line on standard error, where there is something to say.
    static func note(_ tools: [ToolEntry], of server: String, _ session: Session) {
        let open = tools.filter(isOpen)
        guard let first = open.first, let level = first.suggestedDanger else { return }
        let what = open.count == 1 ? "one tool suggests" : "\(open.count) tools suggest"
        session.console.note(
            Escaped.line(
                "\(what) more care than is taken; for example: peta server tool set \(server) "
                    + "\(ShellWord.quoted(ToolNames.tool(first.name))) --danger \(level)"))
    }
}
