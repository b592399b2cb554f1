import ArgumentParser
import PetaAdminAPI

struct ServerTools: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "tools",
        abstract: "List the tools of a server, with the names that clients see.",
        discussion: """
            DANGER is the level that was set. Where a tool's annotations suggest a higher one, that stands behind it in brackets: it is \
            not in force until it is set. A tool that is off is neither listed nor callable.

            Example:
              peta server tools files
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The server.", completion: LiveNames.servers)
    var id: String

    func run(_ session: Session) throws {
        let tools = try session.naming(.server(id)) { try session.client.tools(of: id) }
        Suggestions.note(tools, of: id, session)
        try session.renderer.show(tools) { page in
            var table = Table([.text("TOOL"), .text("LISTED AS"), .text("DANGER"), .text("EXPOSED"), .text("DESCRIPTION")])
            for tool in tools {
                let description = (tool.description ?? tool.title ?? "").split(separator: "\n", maxSplits: 1).first.map(String.init)
                table.append([
                    Cell(ToolNames.tool(tool.name)), Cell(tool.listedName), Suggestions.cell(tool),
                    tool.exposed ? Cell("on") : Cell("off", .bad), Cell(description ?? ""),
                ])
            }
            page.table(table, empty: "No tools are known. 'peta server start \(id)' asks the server for them.")
        }
    }
}
