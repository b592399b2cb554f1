internal import Foundation
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import PetaAdmin
package import PetaAdminAPI
internal import PetaApprovals
internal import PetaAudit
internal import PetaCrypto
internal import PetaDownstream
internal import PetaGateway
internal import PetaIdentity
internal import PetaPolicy
internal import PetaStore
internal import PetaVault
internal import PetaWire
internal import ServiceLifecycle
internal import Synchronization
internal import UnixSignals

/// Composes the gateway out of its parts, runs it, and stops it in order.
package enum Daemon {
    /// Runs until SIGTERM or SIGINT. Throws an `AdminError` when it cannot begin.
    ///
    /// - Parameter version: Peta's version.
    package static func run(_ settings: ServeSettings, version: String) async throws {
        signal(SIGPIPE, SIG_IGN)
        // What the daemon makes is the owner's alone, whatever shell it was started from.
        umask(0o077)
        let level = LogLevels(settings.logging)
        let logger = level.logger("peta")
        do {
            try await Running(settings, version, logger, level).run()
        } catch let error as any OperatorError {
            throw AdminError(AdminErrorCode(rawValue: error.code) ?? .failed, error.message, hint: error.hint)
        }
    }
}

extension Daemon {
    /// The steps of all parts, in order.
    static let migrations =
        Vault.migrations + Identity.migrations + Network.migrations + Policies.migrations + Approvals.migrations
        + SQLiteServerStore.migrations + SQLitePinStore.migrations + SQLiteExposureStore.migrations + AuditLog.migrations
}

/// The parts of one run.
private struct Running {
    let settings: ServeSettings
    let version: String
    let logger: Logger
    let level: LogLevels
    let group: MultiThreadedEventLoopGroup
    let spawner: NIOThreadPool
    let store: Store
    let audit: AuditLog
    let vault: Vault
    let feed = ChangeFeed()
    let identity: Identity
    let network: Network
    let policies: Policies
    let approvals: Approvals
    let servers: Servers
    let exposures: Exposures
    let gateway: Gateway
    let certificates: Certificates

    init(_ settings: ServeSettings, _ version: String, _ logger: Logger, _ level: LogLevels) async throws {
        self.settings = settings
        self.version = version
        self.logger = logger
        self.level = level
        certificates = try Certificates(settings.tls)
        let data = settings.dataDirectory
        store = try Store(
            directory: data,
            migrations: Daemon.migrations,
            durability: Self.durability(settings.audit.durability))
        let orphans = Orphans.end(of: store.identity)
        if !orphans.isEmpty {
            logger.warning("processes that an earlier run left behind were ended", metadata: ["count": "\(orphans.count)"])
        }
        vault = try Vault.open(store: store, keyFile: data + "/key")
        let count = settings.loops > 0 ? settings.loops : System.coreCount
        audit = try AuditLog(
            store: store, key: try vault.deriveKey("audit/mac"), ringPath: data + "/intents",
            durability: Self.durability(settings.audit.durability), lanes: count, logger: level.logger("peta.audit"))
        identity = try Identity(store: store, feed: feed, ownUID: geteuid())
        network = try Network(store: store, feed: feed)
        policies = try Policies(store: SQLitePolicyStore(store), feed: feed, denies: settings.policy.byDefault == .deny)
        let approvalLog = level.logger("peta.approvals")
        approvals = Approvals(
            store: SQLiteApprovalStore(store), sealer: VaultApprovalSealer(vault: vault), bounds: Self.approvalBounds(settings.approvals),
            log: { approvalLog.error("\($0)") })
        group = MultiThreadedEventLoopGroup(numberOfThreads: count)
        spawner = NIOThreadPool(numberOfThreads: 1)
        spawner.start()
        let context = DownstreamContext(
            loops: Array(group.makeIterator()), spawner: spawner, credentials: VaultCredentials(vault: vault),
            budget: ResultBudget(limit: settings.limits.resultMemoryBytes), resultLimit: settings.limits.resultBytes,
            startTimeout: .seconds(Int64(settings.servers.startSeconds)), software: version,
            baseEnvironment: Self.childEnvironment(store.identity),
            logger: level.logger("peta.downstream"))
        servers = Servers(
            context: context, store: SQLiteServerStore(store), sealer: VaultSealer(vault: vault),
            pins: Pins(store: SQLitePinStore(store), mode: PinMode(settings.servers.pin)), feed: feed)
        servers.onToolChange { [audit] in await ToolChangeRecorder(log: audit, logger: logger).record($0) }
        exposures = Exposures(store: SQLiteExposureStore(store), feed: feed)
        gateway = Gateway(
            settings: try Self.gatewaySettings(settings, version), downstream: context, servers: servers, identity: identity, audit: audit,
            policy: { [policies] in policies.compiled }, approvals: approvals, exposure: { [exposures] in exposures.of($0) },
            network: { [network] in network.list },
            sessions: SessionFile(path: data + "/sessions", key: try vault.deriveKey("sessions")), taskKey: try vault.deriveKey("tasks"),
            logger: level.logger("peta.gateway"))
    }

    private static func durability(_ chosen: AuditDurability) -> Durability {
        switch chosen {
        case .journal: .journal
        case .normal: .normal
        case .full: .full
        }
    }

    private static func approvalBounds(_ settings: ServeSettings.Approvals) -> ApprovalBounds {
        var bounds = ApprovalBounds()
        bounds.expiry = Int64(settings.expirySeconds) * 1000
        bounds.retention = Int64(settings.retentionSeconds) * 1000
        bounds.history = Int64(settings.historyDays) * 86_400_000
        bounds.pendingPerUser = settings.pendingPerUser
        bounds.pending = settings.pending
        bounds.perUserAndHour = settings.perUserAndHour
        bounds.arguments = settings.argumentBytes
        bounds.approvers = settings.approvers
        bounds.selfApproval = settings.selfApproval
        return bounds
    }

    /// The little of the daemon's environment that programs need to run at all, never its credentials, and whose they are.
    private static func childEnvironment(_ instance: String) -> [String: String] {
        var found = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR"].contains($0.key) }
        found[Orphans.variable] = instance
        return found
    }

    private static func gatewaySettings(_ settings: ServeSettings, _ version: String) throws -> GatewaySettings {
        var made = GatewaySettings()
        made.version = version
        made.nameStyle = settings.names.style == .qualified ? .qualified : .safe
        made.bodyBytes = settings.limits.bodyBytes
        made.headBytes = settings.limits.headBytes
        made.jsonDepth = settings.limits.jsonDepth
        made.sessionIdleSeconds = settings.limits.sessionIdleSeconds
        made.sessionsPerUser = settings.limits.sessionsPerUser
        made.sessions = settings.limits.sessions
        made.inFlightPerSession = settings.limits.inFlightPerSession
        made.connections = settings.limits.connections
        made.headerSeconds = settings.limits.headerSeconds
        made.bodySeconds = settings.limits.bodySeconds
        made.writeStallSeconds = settings.limits.writeStallSeconds
        made.streamEvents = settings.limits.streamEvents
        made.streamBytes = settings.limits.streamBytes
        made.streamSeconds = settings.limits.streamSeconds
        made.keepsArguments = settings.audit.arguments == .redacted
        made.approvalHoldSeconds = settings.approvals.holdSeconds
        made.callMaxSeconds = settings.calls.maxSeconds
        made.rates.user = RateLimit(settings.limits.userPerMinute, per: .minute)
        made.rates.token = RateLimit(settings.limits.tokenPerMinute, per: .minute)
        made.rates.address = RateLimit(settings.limits.addressPerMinute, per: .minute)
        made.rates.failures = RateLimit(settings.limits.failuresPerMinute, per: .minute)
        made.userConcurrent = settings.limits.userConcurrent
        made.trustedProxies = AddressSet(try settings.http.trustedProxies.map(trustedProxy))
        made.proxyHeader = settings.http.proxyHeader == .forwarded ? .forwarded : .xForwardedFor
        made.allowedOrigins = settings.http.allowedOrigins
        made.allowedHosts = settings.http.allowedHosts
        made.isLoopback =
            settings.listen.allSatisfy(\.isLocal) || !settings.http.allowedHosts.isEmpty
        return made
    }

    private static func trustedProxy(_ text: String) throws -> AddressRange {
        guard let range = AddressRange(text) else {
            throw AdminError(
                .invalidArgument, "http.trustedProxies: '\(text.prefix(80))' is no address or range",
                hint: "write addresses like 10.0.0.7, 10.0.0.0/8 or 2001:db8::/32, not names")
        }
        return range
    }

    func run() async throws {
        let failure: (any Error)?
        do {
            try await serve()
            failure = nil
        } catch {
            failure = error
        }
        await servers.shutDown()
        await gateway.stop()
        try? await identity.flushTouches()
        audit.stop()
        try? store.close()
        try? await spawner.shutdownGracefully()
        try? await group.shutdownGracefully()
        logger.info("stopped")
        if let failure { throw failure }
    }

    private func serve() async throws {
        feed.subscribe { [gateway] _ in await gateway.reload() }
        try await exposures.load()
        try await servers.load()
        try await approvals.recover()
        try await gateway.start()
        let listening = Listening()
        let configuration = Configuration(settings, steps: reloadSteps())
        let clock = SystemClock()
        await ClockNotice.log(audit, logger)
        let status = StatusReport(
            servers: servers, gateway: gateway, audit: audit, approvals: approvals, version: version, socket: settings.socket,
            listening: listening, configuration: configuration, clock: clock)
        let parts = AdminParts(
            identity: identity,
            servers: ServerAdministration(
                servers: servers, exposures: exposures, gateway: gateway, vault: vault, identity: identity, configuration: configuration),
            secrets: SecretAdministration(vault: vault, servers: servers),
            policies: PolicyAdministration(
                policies: policies, identity: identity, servers: servers, exposures: exposures, gateway: gateway, log: audit),
            approvals: ApprovalAdministration(approvals: approvals, identity: identity),
            network: NetworkAdministration(network: network), audit: AuditAdministration(log: audit),
            why: WhyAdministration(log: audit, policies: policies, approvals: approvals),
            configuration: configuration,
            doctor: Doctor(
                configuration: configuration, migrations: Daemon.migrations,
                live: LiveChecks(
                    audit: audit, vault: vault, servers: servers, identity: identity, policies: policies, approvals: approvals,
                    configuration: configuration, clock: clock)), recorder: AuditRecorder(log: audit), status: status)
        let front = FrontService(
            settings: settings, configuration: configuration, gateway: gateway, group: group, certificates: certificates,
            listening: listening, logger: logger,
            greeting: {
                // Only now: a first token that is made before the port is known to be free could be lost unseen.
                Greeting.print(try await identity.bootstrap(), urls: listening.urls, socket: settings.socket, version: version)
            })
        let admin = try AdminServer(
            path: settings.socket, parts: parts, eventLoopGroup: group, logger: level.logger("peta.admin"),
            started: { front.adminStarted() })
        let upkeep = Upkeep(gateway: gateway, identity: identity, servers: servers, approvals: approvals, logger: logger)
        let reload = ReloadService(configuration: configuration, audit: audit, logger: logger)
        // Stopped in reverse: the front first, so that the administrator can watch the drain.
        let services = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: admin, failureTerminationBehavior: .gracefullyShutdownGroup), .init(service: upkeep),
                    .init(service: reload),
                    .init(service: front, failureTerminationBehavior: .gracefullyShutdownGroup),
                ], gracefulShutdownSignals: [.sigterm, .sigint], logger: level.logger("peta.life")))
        try await services.run()
    }

    /// How each part takes new settings over, in this order.
    private func reloadSteps() -> [Configuration.Step] {
        [
            { [certificates] fresh in
                let loaded = try Certificates.load(fresh.tls)
                return { certificates.show(loaded) }
            },
            { [gateway, policies, approvals, level, version] fresh in
                let made = try Self.gatewaySettings(fresh, version)
                return {
                    level.set(fresh.logging)
                    approvals.bounds = Self.approvalBounds(fresh.approvals)
                    policies.denies = fresh.policy.byDefault == .deny
                    await gateway.apply(made)
                    return false
                }
            },
        ]
    }
}

/// Listens for MCP clients, and drains when it is told to stop.
private struct FrontService: Service {
    let settings: ServeSettings
    let configuration: Configuration
    let gateway: Gateway
    let group: MultiThreadedEventLoopGroup
    let certificates: Certificates
    let listening: Listening
    let logger: Logger
    let greeting: @Sendable () async throws -> Void
    private let gate: EventLoopPromise<Void>

    init(
        settings: ServeSettings, configuration: Configuration, gateway: Gateway, group: MultiThreadedEventLoopGroup,
        certificates: Certificates, listening: Listening, logger: Logger,
        greeting: @escaping @Sendable () async throws -> Void
    ) {
        self.settings = settings
        self.configuration = configuration
        self.gateway = gateway
        self.group = group
        self.certificates = certificates
        self.listening = listening
        self.logger = logger
        self.greeting = greeting
        gate = group.next().makePromise()
    }

    /// The admin socket answers: now the gateway is whole.
    func adminStarted() { gate.succeed() }

    func run() async throws {
        // An admin socket that cannot be opened ends the group before anyone was served.
        try await withGracefulShutdownHandler {
            try await gate.futureResult.get()
        } onGracefulShutdown: {
            gate.fail(CancellationError())
        }
        let listeners = try await Listener.open(settings, gateway, group, certificates)
        listening.urls = listeners.map(\.url)
        do { try await greeting() } catch {
            for listener in listeners { await listener.close() }
            throw error
        }
        gateway.markReady()
        logger.info("ready", metadata: ["listen": "\(listening.urls.joined(separator: " "))"])
        Readiness.notify("READY=1\nSTATUS=serving \(listening.urls.joined(separator: " "))")
        try? await gracefulShutdown()
        Readiness.notify("STOPPING=1")
        let seconds = configuration.inForce.shutdown.drainSeconds
        logger.info("stopping: calls under way may finish", metadata: ["seconds": "\(seconds)"])
        for listener in listeners { await listener.close() }
        await gateway.drain(seconds: seconds)
    }
}

/// What happens now and then.
private struct Upkeep: Service {
    let gateway: Gateway
    let identity: Identity
    let servers: Servers
    let approvals: Approvals
    let logger: Logger

    func run() async throws {
        await servers.startEager()
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    while (try? await Task.sleep(for: .seconds(10))) != nil { gateway.sweepSessions() }
                }
                group.addTask {
                    await approvals.run { logger.error("approvals could not be looked after", metadata: ["error": "\($0)"]) }
                }
                group.addTask {
                    await identity.run { logger.error("the times of last use could not be kept", metadata: ["error": "\($0)"]) }
                }
            }
        }
    }
}
