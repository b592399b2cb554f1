import ArgumentParser
import PetaAdminAPI

struct NetworkModeCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "mode",
        abstract: "Show or set what the list does.",
        usage: "peta network mode [<options>] [off|report|enforce]",
        discussion: """
            off: nothing. report: who would be refused is let in, and the audit has a record with the rule 'network report'. enforce: \
            who is not on the list is answered with 403, and open streams of it end. An empty list is not enforced unless --yes is given.

            Example:
              peta network mode enforce
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "off, report or enforce; without it the mode is shown.", completion: .list(["off", "report", "enforce"]))
    var mode: String?

    @Flag(name: [.short, .long], help: "Also where that shuts every client out.")
    var yes = false

    func validate() throws {
        let modes = ["off", "report", "enforce"]
        if let mode, !modes.contains(mode) {
            throw ValidationError("expected \(Words.either(modes)), found '\(mode)'\(Words.didYouMean(mode, among: modes))")
        }
    }

    func run(_ session: Session) throws {
        let state =
            if let mode {
                try session.client.setNetworkMode(NetworkModeRequest(mode: mode, confirmed: yes))
            } else {
                try session.client.network()
            }
        try session.renderer.show(NetworkModeAnswer(mode: state.mode)) { page in
            page.line("mode: \(state.mode)" + NetworkPage.remark(state.mode))
        }
    }
}

/// What the command answers to a script.
private struct NetworkModeAnswer: Encodable {
    let mode: String
}
