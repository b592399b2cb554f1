import ArgumentParser
import Glibc
package import PetaAdminAPI

/// The command line of `peta`: every command but the gateway itself is a client of the admin socket.
package enum PetaCommand {
    /// Runs the command that the process was started with, and ends the process with its exit code.
    package static func main(_ environment: CommandEnvironment) async -> Never {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let variables = processVariables()
        // A closed pipe is then an error of write, which ends a stream cleanly. Not for what starts children: they inherit it.
        if arguments.first != "serve", arguments.first != "demo-server" { signal(SIGPIPE, SIG_IGN) }
        exit(
            await run(
                arguments, environment: environment, variables: variables, console: Console(variables: variables), now: RelativeTime.now,
                executable: realPath("/proc/self/exe") ?? "peta"))
    }

    /// Runs one command and returns its exit code (see `AdminErrorCode.exitCode`; 64 for wrong usage).
    package static func run(
        _ arguments: [String], environment: CommandEnvironment, variables: [String: String], console: Console,
        now: @escaping @Sendable () -> Timestamp, executable: String = "peta"
    ) async -> Int32 {
        await run(
            arguments, environment: environment, variables: variables, console: console, now: now, executable: executable, interruption: nil
        )
    }

    /// The same inside of a shell: Ctrl-C is told by `interruption`, and ends the command alone.
    static func run(
        _ arguments: [String], environment: CommandEnvironment, variables: [String: String], console: Console,
        now: @escaping @Sendable () -> Timestamp, executable: String, interruption: Interruption?
    ) async -> Int32 {
        let walk = CommandWalk(arguments)
        let context = CommandContext(
            environment: environment, variables: variables, console: console, words: walk.words.joined(separator: " "), now: now,
            executable: executable, interruption: interruption)
        let failures = FailureReport(console: console, isJSON: walk.wantsJSON, words: walk.words)
        return await CommandContext.$current.withValue(context) {
            if let unknown = walk.unknown { return failures.usage(unknown) }
            var command: any ParsableCommand
            do {
                command = try RootCommand.parseAsRoot(arguments)
            } catch {
                return failures.parsing(error)
            }
            do {
                if var long = command as? any AsyncParsableCommand {
                    try await long.run()
                } else {
                    try command.run()
                }
                return 0
            } catch {
                if interruption?.happened ?? false { return FailureReport.interruptedCode }
                return failures.running(error)
            }
        }
    }

    /// The words of every command that is shown in help, in order; the root is the empty list.
    package static var all: [[String]] {
        func paths(_ type: any ParsableCommand.Type, _ path: [String]) -> [[String]] {
            type.configuration.subcommands.filter { $0.configuration.shouldDisplay }.reduce(into: [path]) { all, child in
                all += paths(child, path + [child._commandName])
            }
        }
        return paths(RootCommand.self, [])
    }

    /// The help text of a command, wrapped at a number of columns.
    package static func help(_ words: [String], columns: Int) -> String {
        var type: any ParsableCommand.Type = RootCommand.self
        for word in words {
            guard let child = type.configuration.subcommands.first(where: { $0._commandName == word }) else { break }
            type = child
        }
        return RootCommand.helpMessage(for: type, columns: columns)
    }

    private static func realPath(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    private static func processVariables() -> [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { variables[String(pair[0])] = String(pair[1]) }
            entry += 1
        }
        return variables
    }
}
