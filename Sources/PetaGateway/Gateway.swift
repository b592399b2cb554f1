package import Logging
internal import NIOCore
internal import NIOSSL
package import PetaApprovals
package import PetaAudit
package import PetaCrypto
package import PetaDownstream
package import PetaIdentity
package import PetaPolicy
internal import PetaWire
internal import Synchronization

/// The upstream side: listener, sessions, call path. The daemon gives it its parts; it owns none of them.
package final class Gateway: Sendable {
    let shared: GatewayShared
    let contexts: [LoopContext]
    private let codec: CodecSide
    private let servers: Servers
    private let identity: Identity
    private let refresh: Refresher
    private let relay: Task<Void, Never>
    private let leveling: Task<Void, Never>
    private let watching: Task<Void, Never>
    private let keeping: Task<Void, Never>
    private let approving: Task<Void, Never>
    private let file: SessionFile?

    /// What `peta status` shows of the gateway.
    package struct Figures: Sendable {
        /// Live sessions.
        package var sessions: Int
        /// Calls answered since the start.
        package var calls: UInt64
        /// Calls a second over the last ten seconds.
        package var callsPerSecond: Double
        /// Median time of a call, in milliseconds; nil without calls.
        package var p50Ms: Double?
        /// The time under which 99 of 100 calls stay.
        package var p99Ms: Double?
    }

    /// Composes the gateway over the loops of `downstream`. `audit` must have a lane for each of them. Without a file sessions
    /// end with the process, and without a key for them the ids of tasks mean nothing to the next one. `policy` gives what is in force.
    package init(
        settings: GatewaySettings, downstream: DownstreamContext, servers: Servers, identity: Identity, audit: AuditLog,
        policy: @escaping @Sendable () -> CompiledPolicy, approvals: Approvals,
        exposure: @escaping @Sendable (String) -> ServerExposure = { _ in .plain },
        network: @escaping @Sendable () -> AddressList = { .open }, sessions file: SessionFile? = nil, taskKey: SecretBytes? = nil,
        telemetry: GatewayTelemetry = GatewayTelemetry(), logger: Logger
    ) {
        self.file = file
        self.servers = servers
        self.identity = identity
        let boot = String(String(UInt32.random(in: .min ... .max), radix: 36).suffix(6))
        // Of many changes the last one counts.
        let (levels, wanted) = AsyncStream.makeStream(of: LogLevel.self, bufferingPolicy: .bufferingNewest(1))
        let demand = LogDemand { wanted.yield($0) }
        leveling = Task {
            for await level in levels { await servers.setLogLevel("\(level)") }
        }
        let (commands, watchFeed) = AsyncStream.makeStream(of: WatchCommand.self)
        let news = ResourceNews { watchFeed.yield(.news) }
        // Of many wishes for it one is enough.
        let (upkeep, due) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let streams = StreamStore(
            limits: StreamLimits(events: settings.streamEvents, bytes: settings.streamBytes, seconds: Int64(settings.streamSeconds)),
            wantsUpkeep: { due.yield() })
        // Each comes from a call that waits for it, and calls are bounded.
        let (work, desk) = AsyncStream.makeStream(of: ApprovalDesk.Work.self)
        approving = Task {
            await withDiscardingTaskGroup { group in
                for await work in work { group.addTask { await work() } }
            }
        }
        let shared = GatewayShared(
            settings: settings, audit: audit, budget: downstream.budget, ids: downstream.ids, identity: identity, policy: policy,
            approvals: ApprovalDesk(approvals, desk), exposure: exposure, network: network, demand: demand,
            streams: streams, taskIDs: TaskIDs(key: taskKey), watchFeed: watchFeed, telemetry: telemetry, logger: logger,
            boot: boot)
        self.shared = shared
        keeping = Task { [shared] in
            for await _ in upkeep { SessionKeeper(shared).keepUp() }
        }
        let empty = Snapshot(identity: identity.snapshot, catalog: Catalog([]), policy: policy(), network: network())
        contexts = downstream.loops.enumerated().map { index, loop in
            LoopContext(loop: loop, index: index, shared: shared, lane: audit.lane(index), snapshot: empty)
        }
        codec = CodecSide(contexts: contexts, shared: shared)
        refresh = Refresher(contexts: contexts, servers: servers, identity: identity, shared: shared)
        // Off the event loops, and bounded: of a server that floods the newest messages go through.
        let (notices, feed) = AsyncStream.makeStream(of: (String, String, [UInt8]).self, bufferingPolicy: .bufferingNewest(256))
        servers.onNotification { server, method, params in
            if ["notifications/message", "notifications/tasks/status"].contains(method), params.count <= Announcer.relayLimit {
                feed.yield((server, method, params))
            }
            if method == "notifications/resources/updated", params.count <= Announcer.relayLimit {
                news.changed(server) { (try? JSON.parse(params))?["uri"]?.string }
            }
        }
        servers.onTurnover { watchFeed.yield(.turnover($0)) }
        let watches = Watches(servers, news)
        let shares = WatchShares()
        watching = Task { [shared] in
            await withDiscardingTaskGroup { group in
                for await command in commands {
                    switch command {
                    case .wish(let wish):
                        if await wish.register(watches, shares) { group.addTask { await wish.fulfil(watches, shares) } }
                    case .drop(let watcher):
                        for place in await watches.unregisterAll(watcher.id) {
                            shares.give(server: place.server, uri: place.uri, user: watcher.principal.userID, watcher: watcher.id)
                            group.addTask { try? await watches.settle(place) }
                        }
                    case .turnover(let server): await watches.turnover(server)
                    case .recheck:
                        let due = await watches.due { shared.mayWatch($0, $1.server, $1.uri) }
                        if !due.isEmpty { group.addTask { await watches.settle(due) } }
                    case .news:
                        for (server, uri) in news.take() {
                            await watches.updated(server, uri) { shared.mayWatch($0, server, $1) && shared.mayWatch($0, server, uri) }
                        }
                    }
                }
                group.cancelAll()
            }
        }
        relay = Task { [shared] in
            for await (server, method, params) in notices {
                if method == "notifications/message" {
                    Announcer.relay(server, params, shared)
                } else {
                    Announcer.taskStatus(server, params, shared)
                }
            }
        }
    }

    /// Builds the snapshot anew and puts it in place on every loop; when it returns, the next call is judged by it.
    package func reload() async {
        await refresh.run()
        shared.watchFeed.yield(.recheck)
    }

    /// Puts other settings into force, together with what else has changed. Of those that are used at the start only (`version`,
    /// `nameStyle`, `headBytes`, the numbers of sessions, connections and kept events) the first ones stay.
    package func apply(_ settings: GatewaySettings) async {
        shared.current = settings
        await reload()
    }

    /// Brings back the sessions of before and starts the loops' own work. Once, before listening. Throws when the file of sessions
    /// cannot be written.
    package func start() async throws {
        if let file {
            do {
                try SessionKeeper(shared).restore(file)
            } catch {
                throw SessionFileError(path: file.path, reason: (error as? SealedFile.Failure)?.text ?? "\(error)")
            }
        }
        for context in contexts { context.loop.execute { context.start() } }
        await reload()
        // What sessions of before a restart had subscribed to.
        for session in shared.sessions.all() {
            for uri in session.subscriptions {
                guard let (server, original) = Names.split(uri), shared.mayWatch(session.principal, server, original) else { continue }
                shared.watching(
                    WatchWish(
                        place: Watches.Place(server: server, uri: original), watcher: .session(session), isWanted: true, done: { _ in }))
            }
        }
    }

    // MARK: listening

    /// From here on `/health` says that all is well.
    package func markReady() { shared.ready.store(true, ordering: .releasing) }

    /// Serves a connection that `FrontDoor` has accepted. On its loop.
    func serve(_ channel: any Channel, tls: () -> NIOSSLContext?) -> EventLoopFuture<Void> {
        let shared = shared
        guard shared.connections.wrappingAdd(1, ordering: .relaxed).newValue <= shared.settings.connections else {
            shared.connections.wrappingSubtract(1, ordering: .relaxed)
            shared.turnedAway.wrappingAdd(1, ordering: .relaxed)
            return channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
        }
        channel.closeFuture.whenComplete { _ in shared.connections.wrappingSubtract(1, ordering: .relaxed) }
        let tls = tls()
        return Peer.of(channel).flatMapThrowing { [contexts, codec] peer in
            guard let context = contexts.first(where: { $0.loop === channel.eventLoop }) else {
                throw ChannelError.inappropriateOperationForState
            }
            let pipeline = channel.pipeline.syncOperations
            if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
            try pipeline.addHandler(FrontHandler(context: context, peer: peer, handOver: codec.take))
        }
    }

    // MARK: life

    /// Takes no new calls, lets those under way finish for at most `seconds`, then ends what is left.
    package func drain(seconds: Int) async {
        shared.draining.store(true, ordering: .relaxed)
        for listener in shared.listeners.all() { listener.finish() }
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            if await callsUnderWay() == 0 { break }
            try? await Task.sleep(for: .milliseconds(20))
        }
        for context in contexts {
            await onLoop(context) { context in
                for call in context.calls.values { call.cancel(.stopping) }
                for connection in context.openConnections { connection.drain() }
            }
        }
        // Behind the calls, which may have fetched some of them.
        await settleLoops()
        shared.parking.close()
        if let context = contexts.first { await onLoop(context) { $0.settleRefusals(all: true) } }
        // What was just ended still commits its record and answers.
        let last = ContinuousClock.now + .seconds(2)
        while ContinuousClock.now < last, await callsUnderWay() > 0 || shared.connections.load(ordering: .relaxed) > 0 {
            try? await Task.sleep(for: .milliseconds(10))
        }
        // And what is written by nobody's answer is handed over: once for what ends, once for what it leaves.
        await settleLoops()
        await settleLoops()
        for context in contexts { await onLoop(context) { $0.handOnSpans() } }
        SessionKeeper(shared).stop()
    }

    /// Returns when each loop has done what it was given.
    private func settleLoops() async { for context in contexts { await onLoop(context) { _ in } } }

    /// Ends the connections that are left behind `drain`, where the process goes on without this gateway.
    package func cut() async {
        for context in contexts {
            await onLoop(context) { context in
                for connection in context.openConnections { connection.cut() }
            }
        }
    }

    /// Stops the loops' own work.
    package func stop() async {
        shared.ways.close()
        relay.cancel()
        leveling.cancel()
        watching.cancel()
        keeping.cancel()
        // What calls have ended is stored: theirs is waited for, and there are no more.
        shared.approvals.close()
        await approving.value
        for context in contexts { await onLoop(context) { $0.stop() } }
    }

    package func callsUnderWay() async -> Int {
        var count = 0
        for context in contexts { count += await onLoop(context) { $0.calls.count } }
        return count
    }

    /// What is offered now.
    func catalog() async -> Catalog { await onLoop(contexts[0]) { $0.snapshot.catalog } }

    func onLoop<T: Sendable>(_ context: LoopContext, _ body: @escaping @Sendable (LoopContext) -> T) async -> T {
        await withCheckedContinuation { done in
            context.loop.execute { done.resume(returning: body(context)) }
        }
    }

    /// Ends sessions that nobody uses any more; to be called now and then.
    package func sweepSessions() {
        let limit = NIODeadline.now() - .seconds(Int64(shared.current.sessionIdleSeconds))
        shared.sessions.removeAll { $0.isIdle(since: limit) }
        shared.ways.sweep(.now())
        shared.demand.settle(.now())
        shared.streams.wantsUpkeep()
        if let context = contexts.first { context.loop.execute { context.settleRefusals() } }
    }

    // MARK: for the administrator

    /// Numbers for `peta status`.
    package func figures() async -> Figures {
        var latency = LatencyHistogram()
        var calls: UInt64 = 0
        for context in contexts {
            let (histogram, finished) = await onLoop(context) { ($0.latency, $0.finished) }
            latency.merge(histogram)
            calls += finished
        }
        return Figures(
            sessions: shared.sessions.count, calls: calls, callsPerSecond: refresh.rate(calls), p50Ms: latency.percentile(0.5),
            p99Ms: latency.percentile(0.99))
    }

    /// Calls a tool as an administrator, through the seam and with a record, and gives the JSON-RPC message that answers.
    package func testCall(server: String, tool: String, arguments: [UInt8], principal: Principal) async throws -> [UInt8] {
        var name: [UInt8] = []
        JSON.appendQuoted(Names.canonical(server: server, name: tool), into: &name)
        let message =
            Array("{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"tools/call\",\"params\":{\"name\":".utf8) + name
            + Array(",\"arguments\":".utf8) + arguments + Array("}}".utf8)
        return try await TestCall.run(message, principal, on: contexts[0])
    }

    /// What a listed or canonical name of a tool stands for: server and the server's own name.
    package func which(_ name: String) async -> (server: String, tool: String, listed: String)? {
        let snapshot = await onLoop(contexts[0]) { $0.snapshot }
        var name = name
        guard let target = name.withUTF8({ snapshot.catalog.tools[UnsafeRawBufferPointer($0)] }),
            let (server, tool) = Names.split(target.canonical)
        else { return nil }
        let listing = snapshot.catalog.listings[target.server]
        let keys = listing.tools.first { $0.canonical == target.canonical }?.keys ?? []
        return (server, tool, keys.first ?? target.canonical)
    }

    /// Listed names of a server's tools, and what is not listed and why.
    package func listedTools(_ server: String) async -> (tools: [(name: String, listed: String)], refused: [String]) {
        let snapshot = await onLoop(contexts[0]) { $0.snapshot }
        guard let index = snapshot.catalog.index(of: server) else { return ([], []) }
        let listing = snapshot.catalog.listings[index]
        return (listing.tools.map { ($0.name, $0.keys.first ?? $0.canonical) }, listing.refused)
    }
}
