import ArgumentParser
import PetaAdminAPI

struct ApproveReview: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "Decide at a terminal, one request at a time.",
        discussion: """
            This is what 'peta approve' alone does. The key ? lists the keys.

            Example:
              peta approve
              peta approve --plain
            """)

    @Flag(help: "Line by line, without moving the cursor: for screen readers, and always so where TERM is dumb.")
    var plain = false

    @Option(
        name: .customLong("admin-socket"),
        help: ArgumentHelp("The gateway's admin socket.", valueName: "path"), completion: .file())
    var adminSocket: String?

    func run() throws {
        let context = CommandContext.current
        let console = context.console
        guard console.isInputTerminal, console.isOutputTerminal else {
            throw ValidationError(
                "there is no terminal to review at; scripts use 'peta approve list', 'show', 'allow', 'deny' and 'watch'")
        }
        let socket = SocketLocator(variables: context.variables).socket(flag: adminSocket)
        // Whether it can be reached at all is told like any other error, before the screen is taken.
        var query = ApprovalQuery()
        query.limit = 1
        _ = try AdminClient(socket: socket, command: context.words).approvals(query)
        let terminal = context.variables["TERM"] ?? ""
        let reviewer = Reviewer(
            console: console, socket: socket, command: context.words, isPlain: plain || terminal.isEmpty || terminal == "dumb",
            wall: context.now, interruption: context.interruption)
        let code = try reviewer.run()
        if code != 0 { throw ExitCode(code) }
    }
}
