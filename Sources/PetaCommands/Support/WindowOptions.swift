import ArgumentParser

/// How much of a stream is shown.
struct WindowOptions: ParsableArguments {
    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("Begin with the last so many.", valueName: "count"))
    var lines: Int = 20

    @Flag(name: [.short, .long], help: "Go on with what comes, until Ctrl-C.")
    var follow = false

    func validate() throws {
        guard (0...1_000_000).contains(lines) else { throw ValidationError("-n: expected 0 to 1000000, found \(lines)") }
    }
}
