import Foundation

/// The Python peers of Tests/Peers, run in the environments that scripts/test-env.sh made.
package enum PythonPeer {
    /// Which environment: that of the SDK's 2.x, or that of its last 1.x and of what needs it.
    package enum Environment: Sendable {
        case new, old

        var directory: String {
            switch self {
            case .new: ProcessInfo.processInfo.environment["PETA_PEERS_DIR"] ?? PetaBinary.sourceRoot + "/.build-peers"
            case .old: ProcessInfo.processInfo.environment["PETA_PEERS_OLD_DIR"] ?? PetaBinary.sourceRoot + "/.build-peers-old"
            }
        }
    }

    /// Runs a script to its end.
    package static func run(
        _ script: String, _ arguments: [String], stdin: String = "", environment more: [String: String] = [:], within seconds: Double = 120
    ) throws -> RunResult {
        try PetaTestSupport.run(
            python(), [path(script)] + arguments, stdin: stdin, environment: environment.merging(more) { $1 }, within: seconds)
    }

    /// Runs a scenario of client.py against an endpoint and gives the JSON object that it printed.
    package static func client(
        _ scenario: String, url: String, token: String, arguments: [String] = [], within seconds: Double = 120
    ) throws -> [String: Any] {
        let seen = try client([scenario], target: url, token: token, arguments: arguments, within: seconds)
        return seen[scenario] ?? [:]
    }

    /// Runs scenarios of client.py one after the other, in one process since starting one is dear, and gives the
    /// JSON object of each. `target` is an address, or a command line for stdio. Throws when one of them failed.
    package static func client(
        _ scenarios: [String], target: String, token: String = "", arguments: [String] = [], within seconds: Double = 300
    ) throws -> [String: [String: Any]] {
        // The token goes in by the environment: arguments are seen by everyone on the machine.
        let result = try PetaTestSupport.run(
            python(), [path("client.py"), target, scenarios.joined(separator: ",")] + arguments,
            environment: environment.merging(token.isEmpty ? [:] : ["PETA_TOKEN": token]) { $1 }, within: seconds)
        var seen: [String: [String: Any]] = [:]
        for line in result.stdout.split(separator: "\n") {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            if let object, let name = object["scenario"] as? String { seen[name] = object }
        }
        guard result.status == 0, seen.count == scenarios.count else {
            throw TestFailure("client.py ended with \(result.status): \(result.stdout.suffix(2000))\(result.stderr.suffix(3000))")
        }
        return seen
    }

    /// Starts a script that goes on, for example a server.
    package static func start(
        _ script: String, _ arguments: [String] = [], environment more: [String: String] = [:], of kind: Environment = .new
    ) throws -> ChildProcess {
        try ChildProcess(command("python", of: kind), [path(script)] + arguments, environment: environment.merging(more) { $1 })
    }

    /// Starts a script that prints its address as the first line when it listens, and gives that.
    package static func listening(
        _ script: String, _ arguments: [String] = [], of kind: Environment = .new
    ) throws -> (process: ChildProcess, url: String) {
        let process = try start(script, arguments, of: kind)
        do {
            return (process, try process.stdout.line(0))
        } catch {
            process.signal(SIGKILL)
            throw TestFailure("\(script) did not start: \(error) \(process.stderr.text.suffix(2000))")
        }
    }

    /// Starts http_server.py, waits until it listens, and gives its address.
    package static func httpServer(_ arguments: [String] = []) throws -> (process: ChildProcess, url: String) {
        try listening("http_server.py", arguments)
    }

    /// The command line that runs a script as a stdio server.
    package static func commandLine(_ script: String, _ arguments: [String] = [], of kind: Environment = .new) throws -> [String] {
        try [command("python", of: kind), path(script)] + arguments
    }

    /// The path of a command in the environment, for example `mcp-server-time`; throws when it is not there.
    package static func command(_ name: String, of kind: Environment = .new) throws -> String {
        let path = kind.directory + "/bin/" + name
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw TestFailure("\(path) is not there; run scripts/test-env.sh")
        }
        return path
    }

    private static func python() throws -> String { try command("python") }

    private static func path(_ script: String) -> String { PetaBinary.sourceRoot + "/Tests/Peers/" + script }

    private static var environment: [String: String] {
        ChildProcess.plainEnvironment.merging(["PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"]) { $1 }
    }
}
