import PetaAdminAPI

/// The world of one command: what a test replaces.
///
/// The argument parser makes the commands itself and cannot be handed anything, so the context is task-local.
struct CommandContext: Sendable {
    let environment: CommandEnvironment
    /// The environment variables.
    var variables: [String: String]
    let console: Console
    /// The words of the command, without arguments: `server add`.
    let words: String
    let now: @Sendable () -> Timestamp
    /// The path of this binary, for what others are to start.
    var executable = "peta"
    /// Set where a command runs inside of a shell, which goes on after Ctrl-C.
    var interruption: Interruption?
    /// Set while work that cleans up behind itself has caught Ctrl-C.
    var caught: Interruption?

    @TaskLocal static var current = CommandContext(
        environment: CommandEnvironment(serve: { _ in }, demoServer: { _ in }, version: ""), variables: [:],
        console: Console(variables: [:]), words: "", now: RelativeTime.now)
}
