import ArgumentParser
import PetaAdminAPI

struct NetworkShow: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the mode and the list.",
        discussion: """
            Example:
              peta network
            """)

    @OptionGroup var options: ClientOptions

    func run(_ session: Session) throws {
        let state = try session.client.network()
        try session.renderer.show(state) { page in
            page.line("mode: \(state.mode)" + NetworkPage.remark(state.mode))
            page.table(
                NetworkPage.table(state.entries, session), empty: "The list is empty. Add to it with 'peta network allow add RANGE'.")
        }
    }
}
