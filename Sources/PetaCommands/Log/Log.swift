import ArgumentParser

struct Log: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Say how much the gateway logs.",
        discussion: """
            Without a verb it shows the levels. The gateway logs to standard error, as text or as one JSON object a line (log.format), each \
            part under a name of its own: peta.gateway, peta.audit and so on. log.level and log.levels say at which level; what is set \
            with 'peta log level' holds until the gateway ends or reads its configuration again (SIGHUP), and is recorded in the audit. \
            Lines can be sent elsewhere too: see log.webhook in peta.yaml(5).

            Example:
              peta log level gateway=debug
              peta log level --reset
            """,
        subcommands: [LogLevelCommand.self],
        defaultSubcommand: LogLevelCommand.self)
}
