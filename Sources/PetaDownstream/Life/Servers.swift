internal import Foundation
internal import Logging
internal import NIOCore
package import PetaStore
internal import PetaWire
internal import Synchronization

/// All servers of the gateway: the operations of an administrator, and the table that the call path is built from.
package actor Servers {
    /// One row of the table that the call path is built from.
    package struct Entry: Sendable {
        /// The way to the server.
        package let handle: ServerHandle
        /// What it offers, without tools that await acceptance where such are withheld.
        package let capabilities: Capabilities
        /// Tools that are withheld, as `name: reason`.
        package let withheld: [String]
    }

    /// Servers at most.
    package static let limit = 1000

    let context: DownstreamContext
    private let store: any ServerStore
    private let sealer: any DefinitionSealer
    let feed: ChangeFeed
    let pins: Pins
    var running: [String: ManagedServer] = [:]
    private var versions: [String: Int] = [:]
    private var damaged: [String: String] = [:]
    var offered: [String: Capabilities] = [:]
    /// The same, held against what was accepted.
    var held: [String: PinnedOffer] = [:]
    private var handles: [String: ServerHandle] = [:]
    var busy: Set<String> = []
    private var nextHome = 0
    /// Which of all that were ever made stands under an id.
    var installed: [String: Int] = [:]
    private var logLevel: String?
    private var idleTask: Task<Void, Never>?
    private let listeners: Mutex<[@Sendable (String, String, [UInt8]) -> Void]> = Mutex([])
    private let turnovers: Mutex<[@Sendable (String) -> Void]> = Mutex([])
    let pinListeners: Mutex<[@Sendable (PinNotice) async -> Void]> = Mutex([])
    /// Servers that are being replaced, and resources of them that were given up meanwhile.
    private var givenUp: [String: Set<String>] = [:]

    /// Empty; `load` reads the store.
    package init(context: DownstreamContext, store: any ServerStore, sealer: any DefinitionSealer, pins: Pins, feed: ChangeFeed) {
        self.context = context
        self.pins = pins
        self.store = store
        self.sealer = sealer
        self.feed = feed
    }

    /// Called with server, method and `params` of notifications that belong to no call. Set before `load`.
    package nonisolated func onNotification(_ listener: @escaping @Sendable (String, String, [UInt8]) -> Void) {
        listeners.withLock { $0.append(listener) }
    }

    /// Called with the id of each server that is added or removed, before that is announced: what was agreed with the one that stood under
    /// this id before, like watched resources, holds no more.
    package nonisolated func onTurnover(_ listener: @escaping @Sendable (String) -> Void) {
        turnovers.withLock { $0.append(listener) }
    }

    /// Called once for each tool that is no longer as it was accepted, in bounds. Set before `load`.
    package nonisolated func onToolChange(_ listener: @escaping @Sendable (PinNotice) async -> Void) {
        pinListeners.withLock { $0.append(listener) }
    }

    private nonisolated func turnedOver(_ id: String) {
        for listener in turnovers.withLock({ $0 }) { listener(id) }
    }

    /// Reads all servers. A definition that does not open is reported and left out; the rest is served.
    package func load() async throws {
        try await pins.load()
        for stored in try await store.all() {
            do {
                let plain = try sealer.open(stored.sealed, record: Self.record(stored.id), version: stored.version)
                let definition = try JSONDecoder().decode(ServerDefinition.self, from: Data(plain))
                var known = Capabilities()
                if let document = stored.capabilities, let parsed = try? JSON.parse(document, limits: Self.documentLimits) {
                    known = Capabilities(document: parsed)
                }
                versions[stored.id] = stored.version
                // What an earlier version had stored was in use: it is accepted as it stands.
                await beginPinning(stored.id, known)
                await install(definition, known)
                await tellChanges(stored.id)
            } catch {
                damaged[stored.id] = "\(error)"
                context.logger.error(
                    "the definition of a server does not open; it is left out", metadata: ["server": "\(stored.id)", "error": "\(error)"])
            }
        }
        idleTask = Task { [weak self] in
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(2))
                await self?.checkIdle()
            }
        }
    }

    private static let documentLimits = JSONLimits(bytes: 256 << 20, nodes: 8_000_000)

    /// What a definition is sealed as.
    @Sendable static func record(_ id: String) -> String { "server/\(id)" }

    private func install(_ definition: ServerDefinition, _ capabilities: Capabilities) async {
        let id = definition.id
        let server = ManagedServer(
            definition: definition, capabilities: capabilities, context: context, home: nextHome % context.loops.count,
            onCapabilities: { [weak self, number = nextHome] in await self?.keep($0, id, of: number) },
            onNotification: { [weak self] method, params in self?.notified(id, method, params) })
        installed[id] = nextHome
        nextHome += 1
        running[id] = server
        if let logLevel { await server.setLogLevel(logLevel) }
        offered[id] = capabilities
        handles[id] = server.handle
        hold(id)
    }

    private nonisolated func notified(_ id: String, _ method: String, _ params: [UInt8]) {
        for listener in listeners.withLock({ $0 }) { listener(id, method, params) }
    }

    /// - Parameter number: which of all that ever stood under this id said so. One that was replaced has no say any more.
    private func keep(_ capabilities: Capabilities, _ id: String, of number: Int) async {
        guard installed[id] == number else { return }
        await beginPinning(id, capabilities)
        guard installed[id] == number else { return }
        offered[id] = capabilities
        hold(id)
        do { try await store.save(capabilities.document.bytes, server: id) } catch {
            context.logger.error("what a server offers could not be kept", metadata: ["server": "\(id)", "error": "\(error)"])
        }
        await feed.announce(.capabilities)
        await tellChanges(id)
    }

    private func checkIdle() async {
        let now = NIODeadline.now()
        for server in running.values { await server.checkIdle(now) }
    }

    /// Tells every server that has log messages the lowest level that is wanted, now and whenever it starts.
    /// One change at a time.
    package func setLogLevel(_ name: String) async {
        logLevel = name
        for server in running.values { await server.setLogLevel(name) }
    }

    // MARK: resources that are watched

    /// Subscribes to a resource of a server (its own URI), wakes it, and keeps it awake; returns when the server has agreed. The
    /// subscription is made anew at each start. Updates come as notifications. Once for each URI: who counts is the caller.
    package func watch(_ server: String, _ uri: String) async throws {
        givenUp[server]?.remove(uri)
        while true {
            guard let found = running[server] else { throw DownstreamFailure.notSent("no server '\(server)'") }
            do { return try await found.watch(uri) } catch {
                guard let now = running[server], now !== found else { throw error }
                // Another one has been put in its place, and may have taken the wish over: now that one is asked.
                await now.unwatch(uri)
            }
        }
    }

    /// Ends it.
    package func unwatch(_ server: String, _ uri: String) async {
        givenUp[server]?.insert(uri)
        await running[server]?.unwatch(uri)
    }

    /// Who watched the old one watches the new one.
    private func handOver(_ id: String, from old: ManagedServer) async {
        let watched = await old.watched.subtracting(givenUp[id] ?? [])
        await running[id]?.adopt(watched)
        // What was given up on the way may have been taken over all the same.
        for uri in watched.intersection(givenUp.removeValue(forKey: id) ?? []) { await running[id]?.unwatch(uri) }
    }

    // MARK: the table

    /// Every enabled server, by id.
    package func table() -> [Entry] {
        handles.keys.sorted().compactMap { id in
            guard let handle = handles[id], handle.definition.enabled else { return nil }
            let offer = held[id] ?? PinnedOffer()
            return Entry(handle: handle, capabilities: offer.capabilities, withheld: offer.withheld)
        }
    }

    /// Starts the servers that are not to wait for their first call.
    package func startEager() async {
        for (_, server) in running {
            let definition = server.definition
            if definition.enabled, !definition.lazyStart { Task { try? await server.online(byHand: false) } }
        }
    }

    // MARK: operations

    /// All ids, also of servers whose definition does not open.
    package func ids() -> [String] { (Array(running.keys) + damaged.keys).sorted() }

    /// What is known of a server; nil if there is none.
    package func report(_ id: String, tail: Int = 0) async -> ServerReport? {
        if let server = running[id] { return await server.report(tail: tail) }
        guard let why = damaged[id] else { return nil }
        var definition = ServerDefinition(id: id, kind: .stdio)
        definition.enabled = false
        return ServerReport(
            definition: definition, state: .error, lastError: "its definition does not open: \(why)", pid: nil, protocolVersion: nil,
            startedAt: nil,
            restarts: 0, capabilities: Capabilities(), logTail: [])
    }

    /// Adds a server. An enabled one is started once, so that its tools are known; that it does not start is no error here.
    package func add(_ definition: ServerDefinition) async throws {
        guard running[definition.id] == nil, damaged[definition.id] == nil, busy.insert(definition.id).inserted else {
            throw ServerError.exists(definition.id)
        }
        defer { busy.remove(definition.id) }
        guard running.count < Self.limit else { throw ServerError.tooMany(Self.limit) }
        let plain = try encode(definition)
        let added = try await store.insert(definition.id, version: 1) { [sealer, id = definition.id] in
            try sealer.seal(plain, record: Self.record(id), version: 1)
        }
        guard added else {
            throw ServerError.exists(definition.id)
        }
        versions[definition.id] = 1
        pins.forget(definition.id)
        await install(definition, Capabilities())
        turnedOver(definition.id)
        await feed.announce(.servers)
    }

    /// Changes a definition. The connection is closed; the next call opens one of the new kind.
    package func update(_ id: String, _ change: @Sendable (inout ServerDefinition) throws -> Void) async throws {
        guard let old = running[id], let version = versions[id] else { throw ServerError.unknown(id) }
        // Read, changed and written without a pause between: two changes at once cannot undo each other.
        var definition = old.definition
        try change(&definition)
        guard busy.insert(id).inserted else { throw ServerError.busy(id) }
        defer { busy.remove(id) }
        let plain = try encode(definition)
        let updated = try await store.update(id, version: version + 1, expected: version) { [sealer] in
            try sealer.seal(plain, record: Self.record(id), version: version + 1)
        }
        guard updated else { throw ServerError.busy(id) }
        versions[id] = version + 1
        var known = offered[id] ?? Capabilities()
        // How it speaks is found out anew.
        if known.era != nil {
            known.era = nil
            try? await store.save(known.document.bytes, server: id)
        }
        givenUp[id] = []
        await install(definition, known)
        await feed.announce(.servers)
        await old.stop(retiring: true)
        await handOver(id, from: old)
    }

    /// Removes a server: it is closed, and nothing of it is kept.
    package func remove(_ id: String) async throws {
        guard running[id] != nil || damaged[id] != nil else { throw ServerError.unknown(id) }
        guard busy.insert(id).inserted else { throw ServerError.busy(id) }
        defer { busy.remove(id) }
        _ = try await store.remove(id)
        let old = running.removeValue(forKey: id)
        damaged[id] = nil
        versions[id] = nil
        offered[id] = nil
        held[id] = nil
        installed[id] = nil
        pins.forget(id)
        handles[id] = nil
        turnedOver(id)
        await feed.announce(.servers)
        await old?.stop(retiring: true)
    }

    /// Starts a server now and returns when its lists have been read.
    package func start(_ id: String) async throws {
        guard let server = running[id] else { throw ServerError.unknown(id) }
        do { try await server.online(byHand: true) } catch {
            throw ServerError.failed(id, (error as? DownstreamFailure)?.text ?? "\(error)")
        }
        await server.settle()
    }

    /// Stops a server; the next call wakes it.
    package func stop(_ id: String) async throws {
        guard let server = running[id] else { throw ServerError.unknown(id) }
        await server.stop()
    }

    /// The log of a server: its newest lines, and all that come if `follow`.
    package func logs(_ id: String, tail: Int, follow: Bool) throws -> AsyncStream<LogLine> {
        guard let server = running[id] else { throw ServerError.unknown(id) }
        if follow { return server.log.follow(tail) }
        let lines = server.log.tail(tail)
        return AsyncStream { continuation in
            for line in lines { continuation.yield(line) }
            continuation.finish()
        }
    }

    /// Stops everything, at most a few seconds for each child, all at once.
    package func shutDown() async {
        idleTask?.cancel()
        await withTaskGroup(of: Void.self) { group in
            for server in running.values { group.addTask { await server.stop(retiring: true) } }
        }
    }

    private func encode(_ definition: ServerDefinition) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return [UInt8](try encoder.encode(definition))
    }
}
