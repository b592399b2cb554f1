import PetaAdminAPI

/// What `peta server import` shows to people.
enum ImportPage {
    static func plan(_ planned: [PlannedServer], _ files: [String], on page: inout Page) {
        var table = Table([.text("ID"), .text("KIND"), .text("WHAT"), .text("TARGET")])
        for server in planned {
            table.append([
                Cell(server.id), Cell(server.found.kind.rawValue), what(server), Cell(Optional(server.target)),
            ])
        }
        page.table(table, empty: "No server stands there.")
        for server in planned {
            let id = server.id
            if id != server.found.name { page.line("\(id): '\(server.found.name)' in \(server.found.place)", .faint) }
            switch server.action {
            case .skip(let words): page.line("\(id): left out: \(words)", .faint)
            case .refuse(let words): page.line("\(id): cannot be imported: \(words)", .bad)
            case .present: page.line("\(id): the gateway has it already", .faint)
            case .add, .replace: details(server, on: &page)
            }
        }
    }

    private static func what(_ server: PlannedServer) -> Cell {
        switch server.action {
        case .add: Cell(server.found.isDisabled ? "add, disabled" : "add", .good)
        case .replace: Cell("replace", .waiting)
        case .present: Cell("is there", .faint)
        case .skip: Cell("leave out", .faint)
        case .refuse: Cell("cannot", .bad)
        }
    }

    private static func details(_ server: PlannedServer, on page: inout Page) {
        for secret in server.secrets {
            let what =
                switch secret.source {
                case _ where server.keepsLiterals: "stays in the definition, readable for administrators"
                case .kept: "is in the vault as \(secret.name)"
                case .asked: "is asked for, and goes into the vault as \(secret.name)"
                case .literal: "goes into the vault as \(secret.name)"
                }
            page.line("\(server.id): \(secret.place) (\(secret.why)) \(what)", server.keepsLiterals ? .waiting : .plain)
        }
        for question in server.questions { page.line("\(server.id): \(question.words): is asked for", .waiting) }
        for note in server.notes { page.line("\(server.id): \(note)", .faint) }
    }

    /// What became of the clients' files, or belongs into them.
    static func clients(_ clients: [ImportAnswer.Client], on page: inout Page) {
        for client in clients {
            let names = client.removed.joined(separator: ", ")
            if let backup = client.backup {
                page.line("\(client.file): the gateway stands in the place of \(names).", .good)
                page.line("The old file, with its credentials, is kept at \(backup); remove it once all works.", .waiting)
            } else {
                page.line("\(client.file): this belongs there in the place of \(names):", .heading)
                page.block(client.text)
            }
            if let remark = client.remark { page.line(remark, .waiting) }
        }
    }

    static func outcome(_ server: ImportAnswer.Server, on page: inout Page) {
        if let entry = server.entry {
            page.line(ServerPage.outcome(server.action, entry), entry.state == .error ? .bad : .good)
            if entry.findings > 0 {
                page.line(
                    "\(server.id): \(Words.count(entry.findings, "suspicious text")); see 'peta server tools \(server.id) --findings'",
                    .waiting)
            }
        } else if let reason = server.reason {
            page.line("\(server.id): not imported: \(reason)", .bad)
        }
    }

    static func end(_ answer: ImportAnswer, source: String?, on page: inout Page) {
        let servers = answer.servers
        func count(_ actions: String...) -> Int { servers.count { actions.contains($0.action) } }
        var parts = [Words.count(count("added", "replaced"), "server") + " imported"]
        if count("present") > 0 { parts.append("\(count("present")) there before") }
        if count("skip") > 0 { parts.append("\(count("skip")) left out") }
        if count("refuse", "failed") > 0 { parts.append("\(count("refuse", "failed")) not imported") }
        let broken = servers.filter { $0.state == .error }
        if !broken.isEmpty { parts.append("\(broken.count) not starting") }
        page.line(parts.joined(separator: ", ") + ".", servers.contains(where: \.isBad) ? .waiting : .good)
        if let first = broken.first { page.line("'peta server show \(first.id)' has the last words of a server that does not start.") }
        clients(answer.clients, on: &page)
        if answer.clients.isEmpty, servers.contains(where: \.isThere) {
            let command = source.map { "peta server import --from \($0)" } ?? "peta server import FILE"
            page.line(
                "The client still has these servers and their credentials itself. '\(command) --write-client' puts the gateway in their place, --show-client prints what belongs there."
            )
        }
    }
}
