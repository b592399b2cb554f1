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
              peta user deny alice files::write_file
              peta token create alice
            """,
        subcommands: [
            UserList.self, UserAdd.self, UserShow.self, UserUpdate.self, UserRemove.self, UserDisable.self, UserEnable.self, UserGrant.self,
            UserDeny.self, UserRevoke.self, UserRights.self,
        ],
        defaultSubcommand: UserList.self)
}
