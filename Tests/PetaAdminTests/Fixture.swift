import Foundation
import Glibc
import Logging
import NIOPosix
import PetaAdmin
import PetaAdminAPI
import PetaIdentity
import PetaStore

/// A running admin server over fakes, on a socket of its own.
struct Fixture: Sendable {
    let directory: String
    let socket: String
    let identity: Identity
    let servers = FakeServers()
    let secrets = FakeSecrets()
    let policies = FakePolicies()
    let approvals = FakeApprovals()
    let network = FakeNetwork()
    let audit = FakeAudit()
    let why = FakeWhy()
    let configuration = FakeConfiguration()
    let backups = FakeBackups()
    let recorder = FakeRecorder()
    let log = LogBook()
    let vault = FakeVault()
    let levels = FakeLog()
    let store: Store

    init(directory: String) throws {
        self.directory = directory
        socket = directory + "/run/admin.sock"
        store = try Store(directory: directory + "/data", migrations: Identity.migrations)
        identity = try Identity(store: store, feed: ChangeFeed())
    }

    var parts: AdminParts {
        AdminParts(
            identity: identity, servers: servers, secrets: secrets, policies: policies, approvals: approvals, network: network,
            audit: audit,
            why: why, configuration: configuration, log: levels, backups: backups,
            recorder: recorder, status: FakeStatus())
    }

    /// Open, with these parts.
    var stage: AdminStage { AdminStage(sealedStatus: FakeSealedStatus(), parts: parts) }

    func server(authority: PeerAuthority = PeerAuthority(), stage: AdminStage? = nil, started: @escaping @Sendable () -> Void = {}) throws
        -> AdminServer
    {
        try AdminServer(
            path: socket, stage: stage ?? self.stage, vault: vault, doctor: FakeDoctor(), authority: authority,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: log.logger(), started: started)
    }

    /// Runs a server while `body` runs, and returns when it has stopped.
    func serving(authority: PeerAuthority = PeerAuthority(), stage: AdminStage? = nil, _ body: () async throws -> Void) async throws {
        let (starts, start) = AsyncStream<Void>.makeStream()
        let server = try server(authority: authority, stage: stage) { start.yield() }
        let running = Task {
            defer { start.finish() }
            try await server.run()
        }
        var isUp = false
        for await _ in starts {
            isUp = true
            break
        }
        if !isUp { return try await running.value }
        do {
            try await body()
        } catch {
            running.cancel()
            _ = await running.result
            throw error
        }
        running.cancel()
        _ = await running.result
    }

    /// One request with a client of its own, away from the threads that the server needs.
    func ask<Value: Sendable>(_ body: @escaping @Sendable (AdminClient) throws -> Value) async throws -> Value {
        try await onThread { [socket] in try body(AdminClient(socket: socket, command: "test words")) }
    }

    /// The code of the error with which a request ends; nil when it ends well.
    func code(_ body: @escaping @Sendable (AdminClient) throws -> Void) async throws -> AdminErrorCode? {
        try await onThread { [socket] in
            do {
                try body(AdminClient(socket: socket, command: "test"))
                return nil
            } catch let error as AdminError {
                return error.code
            }
        }
    }

    /// A request written by hand, on a connection that is closed after it.
    func raw(_ method: String, _ target: String, headers: [String] = [], body: [UInt8]? = nil) async throws -> RawAnswer {
        try await onThread { [socket] in
            try RawAnswer.exchange(socket: socket, method: method, target: target, headers: headers, body: body)
        }
    }

    func raw(_ method: String, _ target: String, headers: [String] = [], body: String) async throws -> RawAnswer {
        try await raw(method, target, headers: headers, body: Array(body.utf8))
    }
}

func withFixture(_ body: (Fixture) async throws -> Void) async throws {
    let directory = NSTemporaryDirectory() + "peta-admin-" + UUID().uuidString.prefix(8)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let fixture = try Fixture(directory: directory)
    try await body(fixture)
    try fixture.store.close()
}

/// A server that runs while `body` does.
func withAdmin(_ body: (Fixture) async throws -> Void) async throws {
    try await withFixture { fixture in try await fixture.serving { try await body(fixture) } }
}

/// Runs blocking work on a thread of its own.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}
