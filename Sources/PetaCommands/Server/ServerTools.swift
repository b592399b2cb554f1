import ArgumentParser
import PetaAdminAPI

struct ServerTools: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "tools",
        abstract: "List the tools of a server, with the names that clients see.",
        usage: "peta server tools [--json] [--changed | --findings] <id>",
        discussion: """
            DANGER is the level that was set. Where a tool's annotations suggest a higher one, that stands behind it in brackets: it is \
            not in force until it is set. A tool that is off is neither listed nor callable.

            With --changed it shows the tools that are not as they were accepted, with what differs; 'peta server tool accept' \
            accepts them. With --findings it shows what looks suspicious in their texts: hidden characters, names that are taken for \
            others, and words that speak to a model rather than of the tool. Findings change nothing.

            Example:
              peta server tools files
              peta server tools files --changed
              peta server tools files --findings
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The server.", completion: LiveNames.servers)
    var id: String

    @Flag(help: "Only tools that await acceptance, with what differs.")
    var changed = false

    @Flag(help: "What looks suspicious in their texts.")
    var findings = false

    func run(_ session: Session) throws {
        if changed, findings { throw ValidationError("give either --changed or --findings, not both") }
        if changed { return try showChanges(session) }
        if findings { return try showFindings(session) }
        let tools = try session.naming(.server(id)) { try session.client.tools(of: id) }
        Suggestions.note(tools, of: id, session)
        try session.renderer.show(tools) { page in
            var table = Table([.text("TOOL"), .text("LISTED AS"), .text("DANGER"), .text("EXPOSED"), .text("DESCRIPTION")])
            for tool in tools {
                let description = (tool.description ?? tool.title ?? "").split(separator: "\n", maxSplits: 1).first.map(String.init)
                let marks = (tool.state == "accepted" ? [] : [tool.state]) + (tool.findings.isEmpty ? [] : ["suspicious"])
                let mark = marks.isEmpty ? "" : "[" + marks.joined(separator: ", ") + "] "
                table.append([
                    Cell(ToolNames.tool(tool.name)), Cell(tool.listedName), Suggestions.cell(tool),
                    tool.exposed ? Cell("on") : Cell("off", .bad), Cell(mark + (description ?? ""), marks.isEmpty ? .plain : .waiting),
                ])
            }
            page.table(table, empty: "No tools are known. 'peta server start \(id)' asks the server for them.")
        }
    }

    private func showChanges(_ session: Session) throws {
        let changes = try session.naming(.server(id)) { try session.client.toolChanges(of: id) }
        try session.renderer.show(changes) { page in
            if changes.isEmpty { page.line("Every tool is as it was accepted.") }
            ToolChangePage.fill(&page, changes)
        }
    }

    private func showFindings(_ session: Session) throws {
        let findings = try session.naming(.server(id)) { try session.client.toolFindings(of: id) }
        try session.renderer.show(findings) { page in
            if findings.isEmpty { page.line("Nothing looks suspicious. That is no proof that nothing is.") }
            for finding in findings {
                page.line("\(Escaped.hidden(ToolNames.tool(finding.name))): \(ToolChangePage.words(finding))", .waiting)
            }
        }
    }
}
