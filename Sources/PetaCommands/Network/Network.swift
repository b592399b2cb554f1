import ArgumentParser

struct Network: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "network",
        abstract: "Decide from which addresses clients may come.",
        discussion: """
            Without a verb it shows mode and list. A client that comes over TCP must come from a range on the list for all and, where \
            its user's workspace has a list of its own, from one on that list too. The list for all is asked before the token, the \
            workspace's behind it; both refuse with the same answer. Unix sockets are not asked: nobody can be locked out of the \
            administration. Behind a proxy the address is the client's own where http.trustedProxies names the proxy (see peta.yaml(5)).

            Example:
              peta network allow add 10.0.0.0/8 --note office
              peta network mode report
              peta network mode enforce
            """,
        subcommands: [NetworkShow.self, NetworkAllow.self, NetworkModeCommand.self],
        defaultSubcommand: NetworkShow.self)
}
