import ArgumentParser

/// A command that asks the gateway something and prints the answer.
protocol ClientCommand: ParsableCommand {
    var options: ClientOptions { get }
    func run(_ session: Session) throws
}

extension ClientCommand {
    mutating func run() throws {
        try run(Session(options, CommandContext.current))
    }
}
