import ArgumentParser

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the gateway in the foreground.",
        usage: "peta serve [<options>]",
        discussion: """
            On an empty data directory it makes what it needs (key file, owner, first token) and says how to connect. SIGHUP \
            reads configuration and certificates again, SIGTERM finishes running calls and stops.

            Example:
              peta serve --listen 127.0.0.1:3002 --data-dir ./data
              peta serve --listen 127.0.0.1:3002 --listen unix:
            """)

    @OptionGroup var options: ServeOptions

    func run() async throws {
        let context = CommandContext.current
        let settings = try options.resolver(context).resolve()
        try await context.environment.serve(settings)
    }
}
