import ArgumentParser

struct Completion: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Print the completion script of a shell.",
        discussion: """
            It completes commands, options and the names of servers, users, tokens, secrets, tools and waiting approvals of the running \
            gateway. The package puts the scripts where the shells find them; from elsewhere:

            Example:
              peta completion bash > /etc/bash_completion.d/peta
              peta completion zsh > "${fpath[1]}/_peta"
              peta completion fish > ~/.config/fish/completions/peta.fish
            """)

    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish
    }

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run() throws {
        let script =
            switch shell {
            case .bash: CompletionScripts.bash
            case .zsh: CompletionScripts.zsh
            case .fish: CompletionScripts.fish
            }
        try CommandContext.current.console.write(script)
    }
}
