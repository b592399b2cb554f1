internal import Foundation
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import PetaAdmin
package import PetaAdminAPI
internal import PetaApprovals
internal import PetaAudit
internal import PetaBackup
internal import PetaCrypto
internal import PetaDownstream
internal import PetaGateway
internal import PetaIdentity
internal import PetaPolicy
internal import PetaStore
internal import PetaTelemetry
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
        let logger = level.logger("peta.daemon")
        do {
            try await run(House(settings, version, logger, level))
        } catch let error as any OperatorError {
            throw AdminError(AdminErrorCode(rawValue: error.code) ?? .failed, error.message, hint: error.hint)
        }
    }

    private static func run(_ house: House) async throws {
        let desk = VaultDesk(house)
        let failure: (any Error)?
        do {
            try await desk.begin()
            try await serve(house, desk)
            failure = nil
        } catch {
            failure = error
        }
        await desk.shutDown()
        await house.close()
        house.logger.info("stopped")
        if let failure { throw failure }
    }

    private static func serve(_ house: House, _ desk: VaultDesk) async throws {
        let metrics = try await MetricsService(house)
        let front = FrontService(house: house, desk: desk)
        let admin: AdminServer
        do {
            admin = try AdminServer(
                path: house.settings.socket, stage: house.stage, vault: desk, doctor: Doctor(house: house, vault: desk),
                eventLoopGroup: house.group, logger: house.level.logger("peta.admin"), started: { front.adminStarted() })
        } catch {
            front.adminFailed(error)
            await metrics.close()
            throw error
        }
        // Stopped in reverse: the front first, so that the administrator and whoever reads metrics can watch the drain.
        let services = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: Watchdog(group: house.group)), .init(service: metrics),
                    .init(service: admin, failureTerminationBehavior: .gracefullyShutdownGroup), .init(service: house.reload),
                    .init(service: front, failureTerminationBehavior: .gracefullyShutdownGroup),
                ], gracefulShutdownSignals: [.sigterm, .sigint], logger: house.level.logger("peta.life")))
        try await services.run()
    }
}

/// The parts of the gateway while the vault is open.
struct Running: Sendable {
    let house: House
    let audit: AuditLog
    let auditDuties: AuditDuties
    let vault: Vault
    let rotation: RotationWork
    let feed = ChangeFeed()
    let identity: Identity
    let network: Network
    let policies: Policies
    let approvals: Approvals
    let servers: Servers
    let exposures: Exposures
    let backups: Backups
    let gateway: Gateway
    let telemetry: Telemetry

    private var settings: ServeSettings { house.settings }
    private var logger: Logger { house.logger }

    /// The tables of all parts.
    static let migrations =
        Vault.migrations + Identity.migrations + Network.migrations + Policies.migrations + Approvals.migrations
        + SQLiteServerStore.migrations + SQLitePinStore.migrations + SQLiteExposureStore.migrations + AuditLog.migrations
        + Backups.migrations

    init(_ house: House, _ vault: Vault) async throws {
        self.house = house
        self.vault = vault
        let (settings, store, level, version) = (house.settings, house.store, house.level, house.version)
        telemetry = Telemetry(settings)
        let data = settings.dataDirectory
        audit = try AuditLog(
            store: store, key: try vault.deriveKey("audit/mac"), ringPath: data + "/intents",
            durability: Self.durability(settings.audit.durability), lanes: house.loops, logger: level.logger("peta.audit"))
        rotation = RotationWork(vault: vault, audit: audit, logger: level.logger("peta.vault"))
        identity = try Identity(store: store, feed: feed, ownUID: geteuid())
        network = try Network(store: store, feed: feed)
        policies = try Policies(store: SQLitePolicyStore(store), feed: feed, denies: settings.policy.byDefault == .deny)
        let approvalLog = level.logger("peta.approvals")
        approvals = Approvals(
            store: SQLiteApprovalStore(store), sealer: VaultApprovalSealer(vault: vault), bounds: Self.approvalBounds(settings.approvals),
            log: { approvalLog.error("\($0)") })
        let environment = Self.childEnvironment(store.identity)
        auditDuties = try AuditDuties(
            settings.audit, log: audit, vault: vault, group: house.group, environment: environment, version: version,
            logger: level.logger("peta.audit"))
        let context = DownstreamContext(
            loops: Array(house.group.makeIterator()), spawner: house.spawner, credentials: VaultCredentials(vault: vault),
            budget: ResultBudget(limit: settings.limits.resultMemoryBytes), resultLimit: settings.limits.resultBytes,
            startTimeout: .seconds(Int64(settings.servers.startSeconds)), software: version,
            baseEnvironment: environment,
            logger: level.logger("peta.downstream"))
        servers = Servers(
            context: context, store: SQLiteServerStore(store), sealer: VaultSealer(vault: vault),
            pins: Pins(store: SQLitePinStore(store), mode: PinMode(settings.servers.pin)), feed: feed)
        servers.onToolChange { [audit] in await ToolChangeRecorder(log: audit, logger: level.logger("peta.downstream")).record($0) }
        exposures = Exposures(store: SQLiteExposureStore(store), feed: feed)
        backups = try BackupAdministration.part(store, vault, version, settings.backup)
        gateway = Gateway(
            settings: try Self.gatewaySettings(settings, version), downstream: context, servers: servers, identity: identity, audit: audit,
            policy: { [policies] in policies.compiled }, approvals: approvals, exposure: { [exposures] in exposures.of($0) },
            network: { [network] in network.list },
            sessions: SessionFile(path: data + "/sessions", key: try vault.deriveKey("sessions")), taskKey: try vault.deriveKey("tasks"),
            telemetry: telemetry.gateway, logger: level.logger("peta.gateway"))
    }

    static func durability(_ chosen: AuditDurability) -> Durability {
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

    static func gatewaySettings(_ settings: ServeSettings, _ version: String) throws -> GatewaySettings {
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

    /// Loads what is stored and begins. Gives what the admin protocol serves.
    func start() async throws -> AdminParts {
        feed.subscribe { [gateway] _ in await gateway.reload() }
        ChangeLog(house.level).follow(feed)
        try await exposures.load()
        try await servers.load()
        try await RestoreArrival.settle(settings.dataDirectory, approvals, audit, logger)
        try await approvals.recover()
        try await gateway.start()
        await ClockNotice.log(audit, logger)
        let status = StatusReport(
            servers: servers, gateway: gateway, audit: audit, auditDuties: auditDuties, approvals: approvals, version: house.version,
            socket: settings.socket, listening: house.listening, configuration: house.configuration, levels: house.level,
            telemetryProblems: { [telemetry, settings, house] in telemetry.problems(settings, house.level) }, clock: house.clock,
            started: house.started)
        return AdminParts(
            identity: identity,
            servers: ServerAdministration(
                servers: servers, exposures: exposures, gateway: gateway, vault: vault, identity: identity,
                configuration: house.configuration),
            secrets: SecretAdministration(vault: vault, servers: servers, configuration: house.configuration),
            policies: PolicyAdministration(
                policies: policies, identity: identity, servers: servers, exposures: exposures, gateway: gateway, log: audit),
            approvals: ApprovalAdministration(approvals: approvals, identity: identity),
            network: NetworkAdministration(network: network), audit: AuditAdministration(log: audit, duties: auditDuties),
            why: WhyAdministration(log: audit, policies: policies, approvals: approvals),
            configuration: house.configuration, log: LogAdministration(levels: house.level, logger: house.level.logger("peta.daemon")),
            backups: BackupAdministration(
                backups: backups, vault: vault, identity: identity, log: audit, logger: house.level.logger("peta.backup")),
            recorder: AuditRecorder(log: audit), status: status)
    }

    /// Takes new settings over.
    func apply(_ settings: ServeSettings, _ made: GatewaySettings) async {
        approvals.bounds = Self.approvalBounds(settings.approvals)
        policies.denies = settings.policy.byDefault == .deny
        await gateway.apply(made)
    }

    /// Makes the first user where there is none, and says how to connect. Once clients can: a first token that is made before the port is
    /// known to be free could be lost unseen.
    func greet() async throws {
        Greeting.print(
            try await identity.bootstrap(), urls: house.listening.urls, socket: settings.socket, version: house.version,
            hasKeyFile: FileManager.default.fileExists(atPath: house.keyFile))
    }

    /// What other systems are told: spans, lines of the log. Throws an operator's error for an address that cannot be used.
    func telling() throws -> [any Service] {
        try telemetry.services(
            settings, house.level, vault: vault, approvals: approvals, group: house.group, instance: house.store.identity,
            version: house.version)
    }

    /// What `/metrics` says while the vault is open.
    var metrics: MetricsReport {
        MetricsReport(
            house: house.metrics, settingsServers: settings.metrics.servers, gateway: gateway, servers: servers, audit: audit,
            approvals: approvals, approvalTally: telemetry.approvals, vault: vault, spans: telemetry.spans,
            spanHealth: telemetry.spanHealth)
    }

    /// Does what happens now and then, until it is cancelled.
    func upkeep(_ watching: [any Service]) async {
        await servers.startEager()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [gateway] in
                while (try? await Task.sleep(for: .seconds(10))) != nil { gateway.sweepSessions() }
            }
            group.addTask { [approvals, logger] in
                await approvals.run { logger.error("approvals could not be looked after", metadata: ["error": "\($0)"]) }
            }
            group.addTask { [identity, logger] in
                await identity.run { logger.error("the times of last use could not be kept", metadata: ["error": "\($0)"]) }
            }
            group.addTask { [auditDuties] in await auditDuties.run() }
            group.addTask { [rotation] in await rotation.run() }
            group.addTask { [logger] in await Self.tell(watching, logger) }
        }
    }

    /// Runs what tells other systems. Cancelled, it lets them send what they still have: so it is no child of who cancels.
    private static func tell(_ watching: [any Service], _ logger: Logger) async {
        let services = ServiceGroup(configuration: .init(services: watching.map { .init(service: $0) }, logger: logger))
        let run = Task {
            do { try await services.run() } catch {
                logger.error("other systems are told nothing any more", metadata: ["error": "\(error)"])
            }
        }
        await withTaskCancellationHandler {
            await run.value
        } onCancel: {
            Task { await services.triggerGracefulShutdown() }
        }
    }

    /// Stops everything, and forgets every key.
    func stop() async {
        await servers.shutDown()
        await gateway.stop()
        try? await identity.flushTouches()
        await backups.stop()
        await auditDuties.finish()
        audit.stop()
        feed.close()
        vault.close()
    }
}

/// Listens for MCP clients, and drains when it is told to stop.
private struct FrontService: Service {
    let house: House
    let desk: VaultDesk
    private let gate: EventLoopPromise<Void>

    init(house: House, desk: VaultDesk) {
        self.house = house
        self.desk = desk
        gate = house.group.next().makePromise()
    }

    /// The admin socket answers: now the gateway is whole.
    func adminStarted() { gate.succeed() }

    /// The admin socket will not answer: nobody is served.
    func adminFailed(_ error: any Error) { gate.fail(error) }

    func run() async throws {
        // An admin socket that cannot be opened ends the group before anyone was served.
        try await withGracefulShutdownHandler {
            try await gate.futureResult.get()
        } onGracefulShutdown: {
            gate.fail(CancellationError())
        }
        let listeners = try await Listener.open(house.settings, house.door, house.group, house.certificates)
        house.listening.urls = listeners.map(\.url)
        do { try await desk.listens() } catch {
            for listener in listeners { await listener.close() }
            throw error
        }
        try? await gracefulShutdown()
        Readiness.notify("STOPPING=1")
        house.logger.info("stopping: calls under way may finish", metadata: ["seconds": "\(house.settings.shutdown.drainSeconds)"])
        for listener in listeners { await listener.close() }
        await desk.drain()
    }
}
