import PetaAdminAPI

/// How the address list looks to people.
enum NetworkPage {
    static func table(_ entries: [NetworkRange], _ session: Session) -> Table {
        var table = Table([.text("RANGE"), .text("WORKSPACE"), .text("ADDED"), .text("BY"), .text("NOTE")])
        for entry in entries {
            table.append([
                Cell(entry.range), Cell(entry.workspace ?? "all"), Cell(session.ago(entry.createdAt)), Cell(entry.createdBy),
                Cell(entry.note),
            ])
        }
        return table
    }

    /// What a mode means, to follow its name.
    static func remark(_ mode: String) -> String {
        switch mode {
        case "off": " (clients may come from everywhere)"
        case "report": " (who is not on the list is let in, and recorded)"
        case "enforce": " (who is not on the list is refused)"
        default: ""
        }
    }
}
