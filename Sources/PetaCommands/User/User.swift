import ArgumentParser

struct User: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Manage the people who may use the gateway.",
        discussion: """
            Without a verb it lists.

            Example:
              peta user add alice --name 'Alice Adams'
              peta user grant alice files
              peta token create alice
            """,
        subcommands: [
            UserList.self, UserAdd.self, UserShow.self, UserUpdate.self, UserRemove.self, UserDisable.self, UserEnable.self, UserGrant.self,
            UserRevoke.self,
        ],
        defaultSubcommand: UserList.self)
}
