import ArgumentParser

struct Token: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Manage the tokens with which clients sign in.",
        discussion: """
            Without a verb it lists.

            Example:
              peta token create alice --name laptop --expires 90d
            """,
        subcommands: [TokenCreate.self, TokenList.self, TokenRevoke.self],
        defaultSubcommand: TokenList.self)
}
