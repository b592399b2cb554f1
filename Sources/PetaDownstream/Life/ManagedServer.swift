internal import Foundation
internal import Logging
internal import NIOCore
internal import PetaWire

/// Owns one connection to a server, that which all share or that of one client: carries out what `ConnectionMachine` decides.
actor ManagedServer {
    let definition: ServerDefinition
    nonisolated let log: ServerLog
    nonisolated let handle: ServerHandle
    /// The ways of single clients to this server; nil for one of those.
    nonisolated let ways: DedicatedWays?
    /// What the server is told that can be asked.
    private let announced: JSON
    /// Stands before its lines in the log.
    private let mark: String
    private let context: DownstreamContext
    private let home: Int
    private let onCapabilities: @Sendable (Capabilities) async -> Void
    let onNotification: @Sendable (String, [UInt8]) -> Void
    var machine = ConnectionMachine()
    private var waiting: [CheckedContinuation<Void, any Error>] = []
    var link: (any Link)?
    private var process: ChildProcess?
    private var opening: Task<Void, Never>?
    private var closing: Task<Void, Never>?
    var retired = false
    private var lastRead = ContinuousClock.now - .seconds(60)
    private var refreshing: Task<Void, Never>?
    private var refreshAgain = false
    private var freshness = ListFreshness()
    private var wantedLevel: String?
    private var toldLevel: String?
    private var telling: Task<Void, Never>?
    var outcome: Handshake.Outcome?
    private var startedAt: Double?
    private(set) var capabilities: Capabilities
    private var owner: ServerOwner?
    private var hearing: Task<Void, Never>?
    private var rootsChanges = 0
    private var rootsTold = 0
    private var tellingRoots: Task<Void, Never>?
    var reviving: Task<Void, Never>?
    var checking: Task<Void, Never>?
    var lastCheck = NIODeadline.now()
    var renewing: Task<Void, Never>?
    var testing: Task<Void, Never>?
    /// Who waits for the end of a test of the era, and of which attempt.
    var doubters: [(attempt: Int, done: @Sendable (Bool) -> Void)] = []
    /// The last attempt whose server turned out to be of another era.
    var changedAttempt: Int?
    private var requests: OwnRequests?
    private var verdict: Era?
    private(set) var listener: Listener?
    /// Resources (the server's own URIs) whose updates are wanted. Whoever changes it on a modern server tells `listener`.
    var watched: Set<String> = []

    /// The connection that all share.
    init(
        definition: ServerDefinition, capabilities: Capabilities, context: DownstreamContext, home: Int,
        onCapabilities: @escaping @Sendable (Capabilities) async -> Void, onNotification: @escaping @Sendable (String, [UInt8]) -> Void
    ) {
        self.definition = definition
        self.capabilities = capabilities
        verdict = capabilities.era
        self.context = context
        self.home = home
        self.onCapabilities = onCapabilities
        self.onNotification = onNotification
        let log = ServerLog(clock: { Date().timeIntervalSince1970 })
        let ways = DedicatedWays(definition: definition, context: context, log: log, verdict: capabilities.era)
        let me = Reference()
        self.log = log
        self.ways = ways
        announced = [:]
        mark = ""
        handle = ServerHandle(
            definition: definition, asksBack: capabilities.asks,
            branch: ServerHandle.Branch(dedicate: { ways.make($0) }, learned: me.learned),
            loops: context.loops, suspect: me.suspect, relist: me.relist, wakeUp: me.wakeUp)
        me.set(self)
    }

    /// A dedicated one. It reads no lists; `retire` takes it out of those that are there.
    init(
        own number: Int, announcing announced: JSON, definition: ServerDefinition, context: DownstreamContext, home: Int, log: ServerLog,
        level: String?, verdict: Era?, retire: @escaping @Sendable () -> Void
    ) {
        self.definition = definition
        self.announced = announced
        self.context = context
        self.home = home
        self.log = log
        mark = "[own \(number)] "
        capabilities = Capabilities()
        ways = nil
        wantedLevel = level
        self.verdict = verdict
        onCapabilities = { _ in }
        let me = Reference()
        let handle = ServerHandle(
            definition: definition, isDedicated: true, branch: ServerHandle.Branch(retire: retire, rootsChanged: me.rootsChanged),
            loops: context.loops, suspect: me.suspect, relist: me.relist, wakeUp: me.wakeUp)
        self.handle = handle
        onNotification = { [weak handle] method, params in handle?.notified(method, params) }
        me.set(self)
    }

    // MARK: wishes

    /// Returns when the server is online, or throws why it is not.
    func online(byHand: Bool) async throws {
        guard !retired else { throw DownstreamFailure.notSent("the server was changed or removed") }
        // The link may know before its owner has been told.
        if machine.state == .online, let link, link.isDead {
            if link is HTTPLink {
                forgotten(machine.attempt)
            } else {
                handle(.lost(attempt: machine.attempt, why: explain("the server ended")))
            }
        }
        guard definition.enabled else { throw DownstreamFailure.notSent("the server is disabled") }
        // Who starts it by hand may have changed it.
        if byHand, machine.state != .online { verdict = nil }
        try await withCheckedThrowingContinuation { continuation in
            waiting.append(continuation)
            handle(.wanted(byHand: byHand))
        }
    }

    /// Stops it; `retiring` for good: an update or a removal has put another one in its place.
    func stop(retiring: Bool = false) async {
        if retiring {
            retired = true
            handle.end()
        }
        opening?.cancel()
        reviving?.cancel()
        handle(.stop)
        async let others: Void = stopWays(retiring: retiring)
        await opening?.value
        // What an attempt under way had opened meanwhile.
        closeLink()
        await closing?.value
        await reviving?.value
        await others
        if retiring, !handle.isDedicated { log.finish() }
    }

    private nonisolated func stopWays(retiring: Bool) async {
        if retiring { await ways?.end() } else { await ways?.stop() }
    }

    /// Seconds without a call after which it sleeps; 0 never.
    private var idleSeconds: Int {
        // Where each session is meant to have its own, its state lives in it: it ends as the administrator said.
        handle.isDedicated && definition.isolation != .session ? DedicatedWays.idleSeconds : definition.idleTimeoutSeconds
    }

    func checkIdle(_ now: NIODeadline) async {
        checkHealth(ifDue: now)
        if machine.state == .online, freshness.isDue(now: Self.now) { refresh() }
        if idleSeconds > 0, watched.isEmpty, machine.state == .online, refreshing == nil,
            handle.rest(ifIdleSince: now - .seconds(Int64(idleSeconds)))
        {
            handle(.idle)
        }
        await ways?.checkIdle(now)
    }

    func report(tail: Int) -> ServerReport {
        ServerReport(
            definition: definition, state: machine.state, lastError: machine.lastError, pid: process?.pid,
            protocolVersion: outcome?.version,
            startedAt: startedAt, restarts: machine.restarts, capabilities: capabilities, logTail: log.tail(tail),
            dedicated: ways?.connected ?? 0,
            failures: machine.state == .online ? 0 : machine.failures)
    }

    // MARK: the machine

    static var now: Double { Double(NIODeadline.now().uptimeNanoseconds) / 1e9 }

    func handle(_ event: ConnectionMachine.Event) {
        let before = machine.state
        for action in machine.handle(event, now: Self.now, jitter: .random(in: 0..<1)) {
            switch action {
            case .start(let attempt):
                // One attempt at a time: what an earlier one opened is gone before the next begins.
                let (before, closing) = (opening, closing)
                opening = Task {
                    await before?.value
                    await closing?.value
                    await self.open(attempt)
                }
            case .resume:
                let ready = waiting
                waiting = []
                for continuation in ready { continuation.resume() }
            case .fail(let why):
                let failed = waiting
                waiting = []
                for continuation in failed { continuation.resume(throwing: DownstreamFailure.notSent(why)) }
            case .close: closeLink()
            }
        }
        if machine.state != before {
            log.add(mark + machine.state.rawValue + (machine.state == .error ? ": \(machine.lastError ?? "")" : ""), .gateway)
            context.logger.info(
                "server \(machine.state.rawValue)", metadata: ["server": "\(definition.id)", "error": "\(machine.lastError ?? "")"])
        }
        if case .stop = event {} else { revive() }
    }

    private func explain(_ why: String) -> String {
        why + (owner?.lastLine.map { "; its last line on standard error: \($0)" } ?? "")
    }

    // MARK: carrying out

    private func open(_ attempt: Int) async {
        do {
            try await connect(attempt)
        } catch {
            let why = (error as? DownstreamFailure)?.text ?? "\(error)"
            // What was known of it may be what is wrong.
            if attempt == machine.attempt, machine.state == .connecting { verdict = nil }
            handle(.startFailed(attempt: attempt, why: explain(why)))
            await endHearing()
        }
    }

    private func connect(_ attempt: Int) async throws {
        await endHearing()
        let owner = ServerOwner(handle: handle, notified: onNotification, log: log, mark: mark)
        self.owner = owner
        hearing = Task { [weak self] in
            guard let self else { return }
            await owner.deliver(to: self)
        }
        let expanded = try context.credentials.expand(definition.openingTemplates)
        // Logs and errors are always cleaned; only results can be left as they are.
        owner.redaction = expanded.redaction
        let requests = OwnRequests(context: context, home: home, redaction: expanded.redaction)
        let opener = Opener(
            definition: definition, context: context, home: home, attempt: attempt, announced: announced, isDedicated: handle.isDedicated,
            owner: owner, requests: requests, verdict: verdict)
        let opened = try await opener.open(expanded.texts)
        // Whatever happened while this waited decides: an attempt that nobody wants any more takes its link with it.
        guard attempt == machine.attempt, machine.state == .connecting else {
            await opened.link.close()
            return await endHearing()
        }
        self.requests = requests
        link = opened.link
        process = opened.child
        outcome = opened.found
        verdict = opened.found.era
        ways?.noteEra(opened.found.era)
        startedAt = Date().timeIntervalSince1970
        freshness = ListFreshness()
        handle.touch(.now())
        await handle.publish(opened.link, definition.redactResults ? expanded.redaction : nil, secrets: expanded.names)
        owner.settle()
        handle(.started(attempt: attempt))
        guard machine.state == .online, machine.attempt == attempt else { return }
        // It may have ended before anybody was to be told.
        if opened.link.isDead, !(opened.link is HTTPLink) { return handle(.lost(attempt: attempt, why: explain("the server ended"))) }
        if opened.speaksByItself { openStream(opened.link) }
        // Before anything is waited for: who waits for the start waits for the lists as well.
        toldLevel = nil
        tellLevel()
        renewWatches()
        refresh()
        if opened.link.era.isModern, !handle.isDedicated {
            let listener = Listener(link: opened.link, requests: requests, capabilities: opened.found.capabilities, owner: owner)
            self.listener = listener
            await listener.start(watching: watched)
        }
    }

    /// What the links of the last attempt had to tell has been taken in.
    private func endHearing() async {
        owner?.finish()
        await hearing?.value
    }

    func send(
        _ method: String, _ params: JSON?, over link: any Link, form: Exchange.Form, timeout: TimeAmount? = nil
    ) async throws -> [UInt8] {
        guard let requests else { throw DownstreamFailure.stopping }
        return try await requests.send(method, params, over: link, form: form, timeout: timeout).message
    }

    func request(_ method: String, _ params: JSON?, over link: any Link) async throws -> JSON {
        guard let requests else { throw DownstreamFailure.stopping }
        return try await requests.request(method, params, over: link).result
    }

    /// A question for the era that is to be sent.
    func probe(_ era: Era) -> PromiseExchange? { requests?.exchange("server/discover", nil, era: era) }

    /// Lets go of the link at once; the rest of its end goes on in `closing`, and the next start waits for it.
    private func closeLink() {
        guard let old = link else { return }
        let session = outcome?.session
        link = nil
        process = nil
        outcome = nil
        startedAt = nil
        refreshing?.cancel()
        renewing?.cancel()
        let listener = listener
        self.listener = nil
        let (before, attempt) = (closing, opening)
        owner?.finish()
        closing = Task { [handle, context, home, hearing] in
            await before?.value
            await hearing?.value
            // The attempt that published it has ended first, so that its last word is not this link.
            await attempt?.value
            await handle.publish(nil, nil)
            await listener?.stop()
            if let session, let http = old as? HTTPLink, http.session == session {
                let farewell = PromiseExchange(
                    loop: context.loops[home], loopIndex: home, id: 0, form: .endSession, payload: [])
                _ = try? await farewell.run(over: http, timeout: .seconds(1))
            }
            await old.close()
        }
    }

    // MARK: its log level

    /// The level from which on its log messages are wanted; told now if it is online, and at each start.
    func setLogLevel(_ level: String) async {
        wantedLevel = level
        tellLevel()
        await ways?.setLogLevel(level)
    }

    private func tellLevel() {
        if telling == nil { telling = Task { await self.tellLevels() } }
    }

    private func tellLevels() async {
        while let link, machine.state == .online, !link.era.isModern, outcome?.capabilities["logging"] != nil, let level = wantedLevel,
            level != toldLevel
        {
            toldLevel = level
            do {
                _ = try await request("logging/setLevel", ["level": .string(level)], over: link)
            } catch {
                log.add("the log level could not be set: \((error as? DownstreamFailure)?.text ?? "\(error)")", .gateway)
            }
            // At once, but then at most twice a second, however often clients change their minds.
            try? await Task.sleep(for: .milliseconds(500))
        }
        telling = nil
    }

    // MARK: its client's roots

    /// The client's roots have changed: told if it is online, since it asks for them after each start anyway. Many changes are one.
    func rootsChanged() {
        rootsChanges += 1
        if tellingRoots == nil { tellingRoots = Task { await self.tellRoots() } }
    }

    private func tellRoots() async {
        while let link, machine.state == .online, announced["roots"] != nil, rootsTold != rootsChanges {
            rootsTold = rootsChanges
            _ = try? await send("notifications/roots/list_changed", nil, over: link, form: .notification)
        }
        tellingRoots = nil
    }

    // MARK: what the server tells

    /// It asks things of clients: remembered, so that those who can be asked get ways of their own after a restart as well.
    func learnedAsking() async {
        guard !capabilities.asks else { return }
        capabilities.asks = true
        await onCapabilities(capabilities)
    }

    func take(_ news: ServerOwner.News) {
        switch news {
        case .stale: refresh()
        case .lost(let attempt, let why): lost(attempt, why)
        case .forgotten(let attempt): forgotten(attempt)
        case .tells(let lists): freshness.tells(of: lists)
        case .doubted(let attempt, let done): doubted(attempt, done)
        }
    }

    func forgotten(_ attempt: Int) {
        // There is no session to forget in the modern era: something else stands there now.
        if attempt == machine.attempt, machine.state == .online, link?.era.isModern == true { verdict = nil }
        handle(.forgotten(attempt: attempt))
    }

    func lost(_ attempt: Int, _ why: String) {
        handle(.lost(attempt: attempt, why: explain(why)))
    }

    /// Reads the lists again; wishes that come meanwhile make one more round.
    func refresh() {
        guard !handle.isDedicated else { return }
        guard refreshing == nil else {
            refreshAgain = true
            return
        }
        refreshing = Task { await self.readLists() }
    }

    private func readLists() async {
        repeat {
            refreshAgain = false
            // At once, but then at most five times a second, however often the server says that something has changed.
            let due = lastRead + .milliseconds(200)
            if ContinuousClock.now < due { try? await Task.sleep(until: due, clock: .continuous) }
            lastRead = .now
            guard let link, let outcome, machine.state == .online else { break }
            let handshake = Handshake(software: context.software) { [weak self] method, params in
                guard let self else { throw DownstreamFailure.stopping }
                return try await self.request(method, params, over: link)
            }
            do {
                var (found, hints) = try await handshake.capabilities(outcome)
                freshness.read(hints, now: Self.now, spread: .random(in: 0..<1))
                found.asks = capabilities.asks
                if found != capabilities {
                    capabilities = found
                    await onCapabilities(found)
                }
            } catch {
                freshness.failed(now: Self.now)
                log.add("the lists could not be read: \((error as? DownstreamFailure)?.text ?? "\(error)")", .gateway)
            }
        } while refreshAgain && !Task.isCancelled
        let again = refreshAgain
        refreshing = nil
        // A reconnect asked while the old round was being given up.
        if again, machine.state == .online { refresh() }
    }

    /// Reads the lists again and returns when that is done: a call has shown that they are no longer true.
    func relist() async {
        refresh()
        await settle()
    }

    /// Returns when no reading of lists is under way.
    func settle() async {
        await refreshing?.value
    }

    private func openStream(_ link: any Link) {
        let exchange = EventStreamExchange(loop: context.loops[home], loopIndex: home) { [weak self] wasOpen in
            guard wasOpen, let self else { return }
            Task { await self.streamEnded(link) }
        }
        context.loops[home].execute { link.send(exchange) }
    }

    /// The server closed its stream: open it again after a pause, as long as this link lives.
    private func streamEnded(_ old: any Link) async {
        try? await Task.sleep(for: .seconds(1))
        guard let link, link === old, machine.state == .online else { return }
        openStream(link)
    }
}
