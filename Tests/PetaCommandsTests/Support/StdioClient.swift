import Foundation
import Glibc
import PetaCommands

/// `peta mcp-stdio` inside the test's process, with a client at the other end of its pipes that a script plays.
final class StdioClient: Sendable {
    private let toPeta: Int32
    private let fromPeta: Int32

    private init(_ toPeta: Int32, _ fromPeta: Int32) {
        self.toPeta = toPeta
        self.fromPeta = fromPeta
    }

    /// Runs it until it ends; the script plays the client on a thread of its own, and closes its input at the end.
    static func run(
        _ arguments: [String], variables: [String: String] = [:], script: @escaping @Sendable (StdioClient) throws -> Void
    ) async throws -> Peta.Outcome {
        var input: [Int32] = [-1, -1]
        var output: [Int32] = [-1, -1]
        guard pipe(&input) == 0, pipe(&output) == 0 else { throw TestFailure("no pipe: \(errno)") }
        for end in input + output { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var template = Array("/tmp/peta-test-XXXXXX".utf8CString)
        let errors = mkstemp(&template)
        unlink(template)
        let client = StdioClient(input[1], output[0])
        let (ends, end) = AsyncStream<(any Error)?>.makeStream()
        Thread.detachNewThread {
            do {
                try script(client)
                end.yield(nil)
            } catch {
                end.yield(error)
            }
            close(client.toPeta)
            // Whatever still comes is read, so that nothing waits for it.
            while (try? client.line(within: 5000)) != nil {}
            end.finish()
        }
        let all = Peta.variables.merging(variables) { $1 }
        let console = Console(input: input[0], output: output[1], errors: errors, variables: all)
        let environment = CommandEnvironment(serve: { _ in }, demoServer: { _ in }, version: "1.2.3")
        let code = await PetaCommand.run(
            ["mcp-stdio"] + arguments, environment: environment, variables: all, console: console, now: { Peta.now })
        close(output[1])
        close(input[0])
        var failure: (any Error)?
        for await error in ends { failure = failure ?? error }
        close(output[0])
        let said = try Peta.content(errors)
        close(errors)
        if let failure { throw TestFailure("\(failure); \(said)") }
        return Peta.Outcome(code: code, output: "", errors: said)
    }

    func send(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(toPeta, bytes, bytes.count)
    }

    /// The next line; throws when none comes in time or the output has ended.
    func line(within milliseconds: Int32 = 120_000) throws -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            var waiting = pollfd(fd: fromPeta, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, milliseconds) > 0 else { throw TestFailure("no line within \(milliseconds) ms") }
            guard read(fromPeta, &byte, 1) == 1 else { throw TestFailure("the output has ended") }
            if byte == 0x0A { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
    }

    /// The handshake of the legacy era.
    func initialize() throws {
        send(#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}}"#)
        _ = try line()
        send(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
    }
}

/// What a fake gateway answers to MCP.
extension FakeGateway.Answer {
    static let accepted = FakeGateway.Answer.raw("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
    static let notAllowed = FakeGateway.Answer.raw("HTTP/1.1 405 X\r\nContent-Length: 0\r\n\r\n")

    static func opened(_ session: String, id: String = "0") -> FakeGateway.Answer {
        let body =
            #"{"jsonrpc":"2.0","id":\#(id),"result":{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"g","version":"1"}}}"#
        return raw(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nMcp-Session-Id: \(session)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
    }

    /// An event stream; without `ends` its connection breaks off.
    static func events(_ text: String, ends: Bool = true) -> FakeGateway.Answer {
        let chunk = String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n"
        return raw(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + (ends ? "0\r\n\r\n" : ""),
            closes: !ends)
    }
}

extension FakeGateway.Request {
    var rpc: String { text.firstMatch(of: /"method":"([^"]+)"/).map { String($0.1) } ?? method }
}
