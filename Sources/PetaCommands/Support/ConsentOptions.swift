import ArgumentParser

/// The option of commands that cannot be undone.
struct ConsentOptions: ParsableArguments {
    @Flag(name: [.short, .long], help: "Do not ask.")
    var yes = false
}
