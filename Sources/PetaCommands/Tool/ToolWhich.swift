import ArgumentParser
import PetaAdminAPI

struct ToolWhich: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "which",
        abstract: "Tell which server's tool a listed name is.",
        discussion: """
            Example:
              peta tool which files__list_directory
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "A name as clients see it, or a canonical one.")
    var name: String

    func run(_ session: Session) throws {
        let tool = try identity(session)
        try session.renderer.show(tool) { page in
            page.fields([
                ("name", Cell(tool.name)), ("listed as", Cell(tool.listedName)), ("server", Cell(tool.server)), ("tool", Cell(tool.tool)),
            ])
        }
    }

    private func identity(_ session: Session) throws -> ToolIdentity {
        do {
            return try session.client.whichTool(name)
        } catch {
            guard error.code == .notFound else { throw error }
            let tools = (try? session.client.servers().flatMap { try session.client.tools(of: $0.id) }) ?? []
            guard let nearest = DidYouMean.nearest(to: name, among: tools.flatMap { [$0.listedName, $0.name] }) else { throw error }
            throw AdminError(error.code, error.message, hint: "Did you mean '\(nearest)'?")
        }
    }
}
