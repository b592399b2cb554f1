import ArgumentParser
import PetaAdminAPI

/// Runs one command of a shell in this process, as `peta` would.
struct ShellCommands {
    let context: CommandContext
    /// What commands have as standard input; nil: what the shell has.
    var input: Int32?

    /// Its exit code. What it has to say is said.
    func run(_ words: [String]) async -> Int32 {
        // Made anew: the terminal may have another size.
        let old = context.console
        let console = Console(input: input ?? old.input, output: old.output, errors: old.errors, variables: context.variables)
        if let word = words.first(where: { !$0.hasPrefix("-") }), ShellCompleter.refused.contains(word) {
            let reason = word == "shell" ? "this is one already" : "it runs for itself: start 'peta \(word)' in another terminal"
            console.note("peta: '\(word)' is not for the shell; \(reason).")
            return FailureReport.usageCode
        }
        return await PetaCommand.run(
            words, environment: context.environment, variables: context.variables, console: console, now: context.now,
            executable: context.executable, interruption: context.interruption)
    }

    /// The words without the `peta` that one is used to type.
    static func words(_ command: [ShellLine.Word]) -> [String] {
        let words = command.map(\.text)
        return words.first == "peta" ? Array(words.dropFirst()) : words
    }

    /// Why a line cannot be run; nil where it can.
    static func problem(_ line: ShellLine) -> String? {
        guard let operation = line.operation else { return nil }
        return "'\(operation)' means nothing in this shell: put it in quotes, or run 'peta' from a shell of the system"
    }
}
