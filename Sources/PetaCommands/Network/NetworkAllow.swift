import ArgumentParser

struct NetworkAllow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allow",
        abstract: "Manage the list of addresses.",
        discussion: """
            Without a verb it lists.

            Example:
              peta network allow add 192.0.2.7
            """,
        subcommands: [NetworkAllowList.self, NetworkAllowAdd.self, NetworkAllowRemove.self],
        defaultSubcommand: NetworkAllowList.self)
}
