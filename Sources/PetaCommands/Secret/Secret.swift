import ArgumentParser

struct Secret: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret",
        abstract: "Manage the credentials in the vault.",
        discussion: """
            Without a verb it lists. A definition refers to a secret by '${secret:NAME}'; clients never see its value.

            Example:
              peta secret set github
              peta server add github --env 'TOKEN=${secret:github}' -- github-mcp stdio
            """,
        subcommands: [SecretSet.self, SecretList.self, SecretShow.self, SecretRemove.self],
        defaultSubcommand: SecretList.self)
}
