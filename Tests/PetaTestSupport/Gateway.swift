import Foundation

/// A running `peta serve` with its own data directory, socket and port. Killed when the last reference goes.
package final class Gateway {
    /// Where its data and its socket are.
    package let directory: TemporaryDirectory
    /// The port of the MCP endpoint on 127.0.0.1.
    package let port: Int
    /// The process.
    package let process: ChildProcess

    private let environment: [String: String]
    private let arguments: [String]

    /// Starts a gateway and waits until it is ready. Give `directory` to start on the data of an earlier one, and
    /// `port` to have its address too. With `isUnprivileged` root starts it as nobody; others have no rights to give up. With
    /// `sealed` it is one that waits for its passphrase.
    package init(
        arguments: [String] = [], environment: [String: String] = [:], directory: TemporaryDirectory? = nil, port: Int? = nil,
        isUnprivileged: Bool = false, sealed: Bool = false
    ) throws {
        let directory = try directory ?? TemporaryDirectory()
        let command = isUnprivileged && geteuid() == 0 ? try Self.asNobody(directory) : [try PetaBinary.path()]
        self.directory = directory
        self.arguments = arguments
        self.environment = ChildProcess.plainEnvironment.merging(environment) { $1 }
        var last: any Error = TestFailure("not started")
        // A port found free may be taken a moment later, by a connection of another test.
        for _ in 0..<3 {
            let number = try port ?? Self.freePort()
            let child = try ChildProcess(
                command[0],
                command.dropFirst() + [
                    "serve", "--listen", "127.0.0.1:\(number)", "--data-dir", directory.path("data"), "--admin-socket",
                    directory.path("admin.sock"),
                ] + arguments, environment: self.environment)
            do {
                try Self.awaitReady(child, port: number, sealed: sealed)
                self.port = number
                self.process = child
                return
            } catch {
                last = error
                child.signal(SIGKILL)
                guard port == nil, child.stderr.text.lowercased().contains("in use") || child.stdout.text.lowercased().contains("in use")
                else { break }
            }
        }
        throw last
    }

    /// The binary that it runs, which whoever it runs as can start.
    package var program: String {
        get throws {
            let copy = directory.path("peta")
            return FileManager.default.fileExists(atPath: copy) ? copy : try PetaBinary.path()
        }
    }

    /// The path of its Unix socket.
    package var socket: String { directory.path("admin.sock") }

    /// Its data directory.
    package var data: String { directory.path("data") }

    /// The address of its MCP endpoint.
    package var url: String { "http://127.0.0.1:\(port)/mcp" }

    /// Everything it has printed so far.
    package var log: String { process.stdout.text + process.stderr.text }

    /// Runs a command of `peta` against this gateway to its end.
    package func peta(_ arguments: String..., stdin: String = "", environment: [String: String] = [:]) throws -> RunResult {
        try peta(arguments, stdin: stdin, environment: environment)
    }

    /// Runs a command of `peta` against this gateway to its end.
    package func peta(_ arguments: [String], stdin: String = "", environment: [String: String] = [:]) throws -> RunResult {
        try run(PetaBinary.path(), arguments, stdin: stdin, environment: commandEnvironment.merging(environment) { $1 })
    }

    /// Runs a command that has to succeed, and gives what it printed.
    @discardableResult
    package func expect(_ arguments: String..., stdin: String = "") throws -> String { try expect(arguments, stdin: stdin) }

    /// Runs a command that has to succeed, and gives what it printed.
    @discardableResult
    package func expect(_ arguments: [String], stdin: String = "") throws -> String {
        let result = try peta(arguments, stdin: stdin)
        guard result.status == 0 else {
            throw TestFailure(
                "peta \(arguments.joined(separator: " ")) ended with \(result.status): \(result.stderr)\(result.stdout)\n\(log.suffix(2000))"
            )
        }
        return result.stdout
    }

    /// Starts a command that goes on, for example `audit tail -f`.
    package func start(_ arguments: String...) throws -> ChildProcess { try start(arguments) }

    /// Starts a command that goes on.
    package func start(_ arguments: [String]) throws -> ChildProcess {
        try ChildProcess(PetaBinary.path(), arguments, environment: commandEnvironment)
    }

    /// A new token of a user.
    package func token(_ user: String = "owner", arguments: [String] = []) throws -> String {
        let result = try peta(["token", "create", user, "--json"] + arguments)
        let object = try? JSONSerialization.jsonObject(with: Data(result.stdout.utf8)) as? [String: Any]
        guard result.status == 0, let token = object?["token"] as? String else {
            throw TestFailure("no token for \(user): status \(result.status) \(result.stderr)")
        }
        return token
    }

    /// Adds the demonstration server under an id.
    package func addDemo(_ id: String = "demo", options: [String] = [], arguments: [String] = []) throws {
        let binary = try PetaBinary.path()
        let result = try peta(["server", "add", id] + options + ["--", binary, "demo-server"] + arguments)
        guard result.status == 0 else { throw TestFailure("server add \(id) ended with \(result.status): \(result.stderr)") }
    }

    /// Stops it as an administrator would, and throws unless it ends by itself with status 0 and leaves no child.
    package func stop(within seconds: Double = patience) throws {
        let children = ProcessTable.descendants(of: process.pid)
        process.signal(SIGTERM)
        let end = try process.wait(within: seconds)
        guard end == .exited(0) else { throw TestFailure("the gateway ended with \(end): \(log.suffix(2000))") }
        // Orphans have another parent by now; the same id and name is the same process.
        try eventually("no child outlives the gateway: \(children)") {
            children.allSatisfy { child in
                guard let now = ProcessTable.entry(child.pid), now.name == child.name else { return true }
                return now.state == "Z"
            }
        }
    }

    /// Kills it without warning and waits for the end.
    package func kill() throws {
        process.signal(SIGKILL)
        try process.wait()
    }

    /// Starts another one on the same data and port; this one has to have ended.
    package func restarted(arguments: [String]? = nil, environment: [String: String] = [:], sealed: Bool = false) throws -> Gateway {
        guard process.end != nil else { throw TestFailure("the gateway still runs") }
        return try Gateway(
            arguments: arguments ?? self.arguments, environment: self.environment.merging(environment) { $1 }, directory: directory,
            port: port, sealed: sealed)
    }

    /// Resident memory in bytes.
    package var residentBytes: Int { ProcessTable.residentBytes(process.pid) ?? 0 }

    /// Its open descriptors.
    package var descriptors: [Int: String] { ProcessTable.descriptors(process.pid) }

    /// Its threads.
    package var threads: Int { ProcessTable.threads(process.pid) ?? 0 }

    /// The processes below it.
    package var descendants: [ProcessTable.Entry] { ProcessTable.descendants(of: process.pid) }

    private var commandEnvironment: [String: String] {
        environment.merging(["PETA_SOCKET": socket, "PETA_DATA_DIR": data]) { $1 }
    }

    /// The words that start the binary as nobody, who gets a copy of it and the directory: the build may lie where only root looks.
    private static func asNobody(_ directory: TemporaryDirectory) throws -> [String] {
        let nobody: uid_t = 65534
        let copy = directory.path("peta")
        try FileManager.default.copyItem(atPath: PetaBinary.path(), toPath: copy)
        guard chmod(copy, 0o755) == 0, chown(directory.path, nobody, nobody) == 0 else { throw TestFailure.system("chown") }
        return ["/usr/bin/setpriv", "--reuid", "\(nobody)", "--regid", "\(nobody)", "--clear-groups", copy]
    }

    private static func awaitReady(_ child: ChildProcess, port: Int, sealed: Bool) throws {
        var seen = "no answer"
        do {
            try eventually("the gateway answers /health") {
                if let end = child.end { throw TestFailure("the gateway ended with \(end)") }
                guard let http = try? RawHTTP(port: port, limit: 5) else { return false }
                try? http.send("GET", "/health", [("Connection", "close")])
                guard let response = try? http.response() else { return false }
                seen = "\(response.status) \(response.text)"
                return sealed ? response.text.contains("\"sealed\"") : response.status == 200
            }
        } catch {
            throw TestFailure("\(error); last: \(seen); log: \(child.stdout.text.suffix(1000))\(child.stderr.text.suffix(2000))")
        }
    }

    /// A port below the kernel's ephemeral range, so that no outgoing connection takes it, on which nothing listens.
    package static func freePort() throws -> Int {
        for _ in 0..<200 {
            let port = Int.random(in: 20_000..<32_000)
            let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { throw TestFailure.system("socket") }
            defer { Glibc.close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
            let bound = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
            }
            if bound == 0 { return port }
        }
        throw TestFailure("no free port")
    }
}
