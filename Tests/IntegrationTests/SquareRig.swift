import Foundation
import PetaTestSupport
import Testing

/// A kind of server that stands behind the gateway in the square.
enum SquareServer: String, CaseIterable, CustomTestStringConvertible {
    case legacyStdio, oldStdio, legacyHTTP, oldHTTP, legacySSE, oldSSE, modernStdio, modernHTTP

    var testDescription: String { rawValue }
    var isModern: Bool { self == .modernStdio || self == .modernHTTP }
    var isOld: Bool { [.oldStdio, .oldHTTP, .oldSSE].contains(self) }
    var isSSE: Bool { self == .legacySSE || self == .oldSSE }
    var isStdio: Bool { [.legacyStdio, .oldStdio, .modernStdio].contains(self) }

    fileprivate var script: String { isOld ? "old_server.py" : "square_server.py" }
    fileprivate var environment: PythonPeer.Environment { isOld ? .old : .new }
    fileprivate var arguments: [String] {
        ["--transport", isStdio ? "stdio" : isSSE ? "sse" : "http"] + (isOld ? [] : ["--era", isModern ? "modern" : "legacy"])
    }
}

/// The era that the official client speaks to the gateway.
enum SquareClient: String, CaseIterable { case legacy, modern }

/// A gateway with one server of the square behind it as `sq`, with what stands on either side of it written down for judge.py.
final class SquareRig {
    let gateway: Gateway
    private let token: String
    private let place: TemporaryDirectory
    private let front: String
    private var peers: [ChildProcess] = []

    /// `flags`: of the server's program.
    init(_ server: SquareServer, _ flags: [String] = []) throws {
        let arguments = server.arguments + flags
        gateway = try Gateway()
        token = try gateway.token()
        place = try TemporaryDirectory()
        let recorder = try PythonPeer.listening("record_http.py", [gateway.url, place.path("upstream")])
        front = recorder.url
        peers.append(recorder.process)
        if !server.isStdio {
            let (peer, url) = try PythonPeer.listening(server.script, arguments, of: server.environment)
            peers.append(peer)
            let between = try PythonPeer.listening("record_http.py", [url, place.path("downstream")])
            peers.append(between.process)
            try gateway.expect("server", "add", "sq", server.isSSE ? "--sse" : "--url", between.url)
        } else {
            let line = try PythonPeer.commandLine(server.script, arguments, of: server.environment)
            let recorded = try PythonPeer.commandLine("record_stdio.py", [place.path("downstream")] + line)
            let added = try gateway.peta(["server", "add", "sq", "--"] + recorded)
            guard added.status == 0 else { throw TestFailure("server add: \(added.stderr)") }
        }
    }

    deinit { for peer in peers { peer.signal(SIGKILL) } }

    /// Runs scenarios of square_client.py in one process, and gives what each printed.
    func run(_ scenarios: [String], _ client: SquareClient) throws -> [String: [String: Any]] {
        let result = try PythonPeer.run(
            "square_client.py", [front, scenarios.joined(separator: ","), "--mode", client.rawValue, "--server", "sq"],
            environment: ["PETA_TOKEN": token], within: 300)
        var seen: [String: [String: Any]] = [:]
        for line in result.stdout.split(separator: "\n") {
            let object = try DownstreamRig.object(String(line))
            seen[object["scenario"] as? String ?? ""] = object
        }
        guard !seen.isEmpty else { throw TestFailure("square_client.py said nothing: \(result.stderr.suffix(2000))") }
        return seen
    }

    /// Has judge.py read what Peta sent, and gives its complaints: towards its client and, strictly, towards its server.
    func complaints() throws -> [String] {
        func judge(_ log: String, _ arguments: [String]) throws -> [String] {
            let text = try String(contentsOfFile: place.path(log), encoding: .utf8)
            let result = try PythonPeer.run("judge.py", arguments, stdin: text)
            guard result.stderr.contains("messages of clients") else { throw TestFailure("judge.py: \(result.stderr.suffix(2000))") }
            let lines = text.split(separator: "\n")
            return result.stdout.split(separator: "\n").map { complaint in
                let number = complaint.split(separator: ":").first.flatMap { Int($0) } ?? 0
                return "\(log) \(complaint)\n    \(number > 0 && number <= lines.count ? lines[number - 1].prefix(600) : "")"
            }
        }
        return try judge("upstream", ["--direction", "server"]) + judge("downstream", ["--direction", "client"])
    }

    /// Ends the peers, sees to it that the gateway ends as it should and that its audit is whole.
    func finish() throws {
        guard try gateway.expect("audit", "verify", "--json").contains(#""ok": true"#) else {
            throw TestFailure("the audit does not verify")
        }
        try gateway.expect("server", "remove", "sq", "--yes")
        for peer in peers { peer.signal(SIGTERM) }
        try gateway.stop()
    }
}
