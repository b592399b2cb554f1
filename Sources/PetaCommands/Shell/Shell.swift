import ArgumentParser
import Glibc
import PetaAdminAPI

struct Shell: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shell",
        abstract: "Type commands one after the other, with completion and history.",
        discussion: """
            The commands are those of 'peta' without that word in front; Tab completes them, their options, and the names that the \
            gateway knows. The prompt tells when the vault is sealed and how many calls wait for a person. Ctrl-C cancels the line or \
            the command that runs, Ctrl-D leaves. Without a terminal the lines of standard input are run, up to the first that fails.

            Example:
              peta shell
              peta shell --keep-going < commands.txt
            """)

    @Flag(help: "Go on after a line that failed. The exit code is that of the first one.")
    var keepGoing = false

    @Flag(help: "Neither read the history of earlier shells nor add to it.")
    var noHistory = false

    @Option(
        name: .customLong("admin-socket"),
        help: ArgumentHelp("The gateway's admin socket, for every command.", valueName: "path"), completion: .file())
    var adminSocket: String?

    func run() async throws {
        var context = CommandContext.current
        guard context.interruption == nil else { throw ValidationError("this is a shell already") }
        if let adminSocket { context.variables["PETA_SOCKET"] = SettingsResolver.absolute(adminSocket) }
        let console = context.console
        let code: Int32
        if console.isInputTerminal, console.isOutputTerminal || console.isErrorTerminal {
            code = try await ShellTerminal(context, keepsHistory: !noHistory).run()
        } else {
            code = try await ShellScript(context, keepsGoing: keepGoing).run()
        }
        if code != 0 { throw ExitCode(code) }
    }
}
