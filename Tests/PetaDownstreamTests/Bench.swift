import Foundation
import Logging
import NIOCore
import NIOPosix
import PetaDownstream
import PetaStore
import PetaTestSupport
import PetaWire
import Synchronization

/// Real servers behind `Servers`, without a gateway in front.
final class Bench: Sendable {
    let servers: Servers
    let state: TemporaryDirectory
    let store: MemoryStore
    let pins: MemoryPinStore
    /// What was told of changed tools.
    let changes: Mutex<[PinNotice]> = Mutex([])
    /// Method and params of what came for everybody.
    let told: Mutex<[String]> = Mutex([])
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
    private let spawner = NIOThreadPool(numberOfThreads: 1)
    private let context: DownstreamContext

    /// - Parameters:
    ///   - store: of an earlier bench, to start on what that one left; so `pins` and `state`.
    init(
        _ mode: PinMode = .warn, store: MemoryStore = MemoryStore(), pins: MemoryPinStore = MemoryPinStore(),
        state: TemporaryDirectory? = nil
    ) async throws {
        spawner.start()
        self.store = store
        self.pins = pins
        self.state = try state ?? TemporaryDirectory()
        context = DownstreamContext(
            loops: Array(group.makeIterator()), spawner: spawner, credentials: NoCredentials(), budget: ResultBudget(limit: 64 << 20),
            resultLimit: 1 << 20, startTimeout: .seconds(20), software: "1", baseEnvironment: ["PATH": "/usr/bin:/bin"],
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        servers = Servers(
            context: context, store: store, sealer: NoSealer(), pins: Pins(store: pins, mode: mode), feed: ChangeFeed())
        servers.onToolChange { [weak self] notice in self?.changes.withLock { $0.append(notice) } }
        servers.onNotification { [weak self] server, method, params in
            self?.told.withLock { $0.append("\(method) \(String(decoding: params, as: UTF8.self))") }
        }
        try await servers.load()
    }

    /// Adds asking_stdio.py, or another peer that takes `--state`.
    func add(
        _ id: String = "asking", peer: String = "asking_stdio.py", flags: [String] = [],
        _ change: (inout ServerDefinition) -> Void = { _ in }
    ) async throws {
        var definition = ServerDefinition(id: id, kind: .stdio)
        definition.command = try PythonPeer.command("python")
        definition.args = ["-S", "-E", PetaBinary.sourceRoot + "/Tests/Peers/\(peer)", "--state", state.path] + flags
        change(&definition)
        try await servers.add(definition)
    }

    /// The shared way to a server.
    func shared(_ id: String = "asking") async throws -> ServerHandle {
        guard let entry = await servers.table().first(where: { $0.handle.id == id }) else { throw TestFailure("no server \(id)") }
        return entry.handle
    }

    /// Wakes the server and calls a tool of it.
    func call(_ handle: ServerHandle, _ tool: String, _ arguments: String = "{}", reply: String? = nil) async throws -> String {
        let loop = context.loops[1]
        let failure: DownstreamFailure? = await withCheckedContinuation { done in handle.wake(on: loop) { done.resume(returning: $0) } }
        if let failure { throw failure }
        _ = handle.enter(now: .now())
        defer { handle.leave() }
        return try await Call(tool, arguments, reply: reply, loop: loop, index: 1, id: context.ids.one()).run(over: handle)
    }

    /// The lines that the peer wrote into this file.
    func noted(_ name: String) -> [String] {
        ((try? String(contentsOfFile: state.path(name), encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }

    /// The newest lines of a server's log.
    func log(_ id: String = "asking") async throws -> [String] {
        var lines: [String] = []
        for await line in try await servers.logs(id, tail: 100, follow: false) { lines.append(line.text) }
        return lines
    }

    /// Stops everything; the processes must be gone then.
    func finish() async throws {
        await servers.shutDown()
        for line in noted("starts") {
            if let process = Int32(line), kill(process, 0) == 0 { throw TestFailure("process \(process) is left") }
        }
        try await group.shutdownGracefully()
        try await spawner.shutdownGracefully()
    }
}

/// Waits for something that announces itself in no other way, without holding a thread up.
func soon(_ what: String, within seconds: Double = patience, _ condition: () throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while try !condition() {
        guard ContinuousClock.now < deadline else { throw TestFailure("not within \(seconds) s: \(what)") }
        try await Task.sleep(for: .milliseconds(5))
    }
}
