import ArgumentParser

struct ConfigExample: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "example",
        abstract: "Print a configuration file with every key, commented out.",
        discussion: """
            Example:
              peta config example > /etc/peta/peta.yaml
            """)

    func run() throws {
        try CommandContext.current.console.write(ExampleFile.text)
    }
}
