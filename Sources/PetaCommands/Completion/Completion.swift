import ArgumentParser

struct Completion: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Print the completion script of a shell.",
        discussion: """
            It completes commands, options and the names of servers, users, tokens, secrets, tools and waiting approvals of the running gateway.

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
        let kind: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        let script = RootCommand.completionScript(for: kind)
        try CommandContext.current.console.write(script.hasSuffix("\n") ? script : script + "\n")
    }
}
