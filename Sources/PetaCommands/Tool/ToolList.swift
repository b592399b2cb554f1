import ArgumentParser
import PetaAdminAPI

struct ToolList: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the tools of all servers.",
        discussion: """
            Example:
              peta tool list
            """)

    @OptionGroup var options: ClientOptions

    func run(_ session: Session) throws {
        let tools = try session.client.servers().filter { $0.tools > 0 }.flatMap { try session.client.tools(of: $0.id) }
        try session.renderer.show(tools) { page in
            var table = Table([.text("TOOL"), .text("LISTED AS"), .text("DESCRIPTION")])
            for tool in tools {
                let description = (tool.description ?? tool.title ?? "").split(separator: "\n", maxSplits: 1).first.map(String.init)
                table.append([Cell(tool.name), Cell(tool.listedName), Cell(description ?? "")])
            }
            page.table(table, empty: "No tools are known yet.")
        }
    }
}
