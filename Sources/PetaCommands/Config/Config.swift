import ArgumentParser

struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show the configuration and where each value came from.",
        discussion: """
            Without a verb it shows. A flag goes before the environment, that before the configuration file, that before the \
            default.

            Example:
              peta config show
              peta config check --config ./peta.yaml
              peta config reload
            """,
        subcommands: [ConfigShow.self, ConfigCheck.self, ConfigReloadCommand.self, ConfigPath.self, ConfigExample.self],
        defaultSubcommand: ConfigShow.self)
}
