import Foundation
import Glibc
import PetaAdminAPI
import PetaCommands

/// Runs `peta` inside the test's process, with files in place of the terminal.
enum Peta {
    struct Outcome {
        let code: Int32
        let output: String
        let errors: String
    }

    /// 2026-03-09T17:00:00Z
    static let now = Timestamp(milliseconds: 1_773_075_600_000)

    /// Variables under which nothing of the machine is found.
    static let variables = ["HOME": "/nowhere", "XDG_DATA_HOME": "/nowhere/data", "PETA_DATA_DIR": "/nowhere/peta"]

    static func run(
        _ arguments: String..., gateway: FakeGateway? = nil, variables: [String: String] = [:], input: String = "", width: Int? = nil,
        serve: @escaping @Sendable (ServeSettings) async throws -> Void = { _ in },
        demoServer: @escaping @Sendable ([String]) async throws -> Void = { _ in }, backups: BackupTools = Samples.tools
    ) async throws -> Outcome {
        try await run(
            list: arguments, gateway: gateway, variables: variables, input: input, width: width, serve: serve, demoServer: demoServer,
            backups: backups)
    }

    static func run(
        list arguments: [String], gateway: FakeGateway? = nil, variables: [String: String] = [:], input: String = "", width: Int? = nil,
        output: Int32? = nil, serve: @escaping @Sendable (ServeSettings) async throws -> Void = { _ in },
        demoServer: @escaping @Sendable ([String]) async throws -> Void = { _ in }, backups: BackupTools = Samples.tools
    ) async throws -> Outcome {
        let files = [try file(input), try file(""), try file("")]
        defer { files.forEach { close($0) } }
        var all = Self.variables
        if let gateway { all["PETA_SOCKET"] = gateway.path }
        all.merge(variables) { $1 }
        let console = Console(input: files[0], output: output ?? files[1], errors: files[2], variables: all, width: width)
        let environment = CommandEnvironment(serve: serve, demoServer: demoServer, backups: backups, version: "1.2.3")
        let code = await PetaCommand.run(arguments, environment: environment, variables: all, console: console, now: { now })
        return Outcome(code: code, output: try content(files[1]), errors: try content(files[2]))
    }

    /// An open file that is in no directory any more.
    private static func file(_ content: String) throws -> Int32 {
        var template = Array("/tmp/peta-test-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw TestFailure("no file: \(errno)") }
        unlink(template)
        let bytes = Array(content.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else { throw TestFailure("cannot write: \(errno)") }
        lseek(descriptor, 0, SEEK_SET)
        return descriptor
    }

    static func content(_ descriptor: Int32) throws -> String {
        lseek(descriptor, 0, SEEK_SET)
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { break }
            all += chunk[..<count]
        }
        return String(decoding: all, as: UTF8.self)
    }
}
