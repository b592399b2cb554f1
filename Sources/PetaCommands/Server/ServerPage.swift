import PetaAdminAPI

/// How servers look to people.
enum ServerPage {
    static func table(_ servers: [ServerEntry]) -> Table {
        var table = Table([
            .text("ID"), .text("STATE"), .text("KIND"), .number("TOOLS"), .number("RESOURCES"), .number("PROMPTS"), .text("TITLE"),
        ])
        for server in servers {
            let changed = server.changed > 0 ? "\(Words.count(server.changed, "tool")) not as accepted" : nil
            let note = server.lastError.flatMap { server.state == .error ? $0 : nil } ?? changed ?? server.title
            table.append([
                Cell(server.id), state(server.state, enabled: server.enabled), Cell(server.kind.rawValue), Cell(server.tools),
                Cell(server.resources), Cell(server.prompts), Cell(note ?? ""),
            ])
        }
        return table
    }

    static func state(_ state: ServerState, enabled: Bool) -> Cell {
        guard enabled else { return Cell("disabled", .faint) }
        let style: Style =
            switch state {
            case .online: .good
            case .connecting: .waiting
            case .error: .bad
            case .sleeping, .offline: .faint
            }
        return Cell(state.rawValue, style)
    }

    /// One line about what became of a server.
    static func outcome(_ verb: String, _ server: ServerEntry) -> String {
        var line = "\(server.id): \(verb)"
        if server.enabled { line += ", \(server.state.rawValue)" }
        if server.tools > 0 { line += ", " + Words.count(server.tools, "tool") }
        if server.changed > 0 { line += ", \(server.changed) not as accepted" }
        if server.state == .error, let error = server.lastError { line += ": \(error)" }
        return line
    }
}
