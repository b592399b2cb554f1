import ArgumentParser

/// The options of every command that talks to the gateway.
struct ClientOptions: ParsableArguments {
    @Flag(help: "Print JSON for scripts.")
    var json = false

    @Option(
        name: .customLong("admin-socket"),
        help: ArgumentHelp("The gateway's admin socket.", valueName: "path"), completion: .file())
    var adminSocket: String?
}
