internal import Foundation
internal import Logging
internal import NIOCore
internal import PetaWire

/// Owns the connection to one server: carries out what `ConnectionMachine` decides.
actor ManagedServer {
    let definition: ServerDefinition
    nonisolated let log: ServerLog
    private let context: DownstreamContext
    private let home: Int
    private let onCapabilities: @Sendable (Capabilities) async -> Void
    private let onNotification: @Sendable (String, [UInt8]) -> Void
    private var machine = ConnectionMachine()
    private var waiting: [CheckedContinuation<Void, any Error>] = []
    private var link: (any Link)?
    private var process: ChildProcess?
    private var opening: Task<Void, Never>?
    private var closing: Task<Void, Never>?
    private var retired = false
    private var lastRead = ContinuousClock.now - .seconds(60)
    private var refreshing: Task<Void, Never>?
    private var refreshAgain = false
    private var wantedLevel: String?
    private var toldLevel: String?
    private var telling: Task<Void, Never>?
    private var outcome: Handshake.Outcome?
    private var startedAt: Double?
    private(set) var capabilities: Capabilities
    private var owner: ServerOwner?
    private var requests: OwnRequests?
    private var verdict: Era?
    private var listener: Listener?
    /// Resources (the server's own URIs) whose updates are wanted. Whoever changes it on a modern server calls `listenAgain`.
    var watched: Set<String> = []
    private var handle: ServerHandle?

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
        log = ServerLog(clock: { Date().timeIntervalSince1970 })
    }

    func makeHandle() -> ServerHandle {
        if let handle { return handle }
        let made = ServerHandle(
            definition: definition, loops: context.loops, relist: { [weak self] in await self?.relist() },
            wakeUp: { [weak self] in
                guard let self else { throw DownstreamFailure.notSent("the server was removed") }
                try await self.online(byHand: false)
            })
        handle = made
        return made
    }

    // MARK: wishes

    /// Returns when the server is online, or throws why it is not.
    func online(byHand: Bool) async throws {
        guard !retired else { throw DownstreamFailure.notSent("the server was changed or removed") }
        // The link may know before its owner has been told.
        if machine.state == .online, let link, link.isDead {
            if definition.kind == .http {
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
        if retiring { retired = true }
        opening?.cancel()
        handle(.stop)
        await opening?.value
        // What an attempt under way had opened meanwhile.
        closeLink()
        await closing?.value
        if retiring { log.finish() }
    }

    func checkIdle(_ now: NIODeadline) {
        guard definition.idleTimeoutSeconds > 0, machine.state == .online, refreshing == nil,
            handle?.rest(ifIdleSince: now - .seconds(Int64(definition.idleTimeoutSeconds))) ?? true
        else { return }
        handle(.idle)
    }

    func report(tail: Int) -> ServerReport {
        ServerReport(
            definition: definition, state: machine.state, lastError: machine.lastError, pid: process?.pid,
            protocolVersion: outcome?.version,
            startedAt: startedAt, restarts: machine.restarts, capabilities: capabilities, logTail: log.tail(tail))
    }

    // MARK: the machine

    private func handle(_ event: ConnectionMachine.Event) {
        let before = machine.state
        let now = Double(NIODeadline.now().uptimeNanoseconds) / 1e9
        for action in machine.handle(event, now: now, jitter: .random(in: 0..<1)) {
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
            log.add(machine.state.rawValue + (machine.state == .error ? ": \(machine.lastError ?? "")" : ""), .gateway)
            context.logger.info(
                "server \(machine.state.rawValue)", metadata: ["server": "\(definition.id)", "error": "\(machine.lastError ?? "")"])
        }
    }

    private func explain(_ why: String) -> String {
        let last = log.tail(20).last { $0.source == .stderr }
        return why + (last.map { "; its last line on standard error: \($0.text.prefix(300))" } ?? "")
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
        }
    }

    private func connect(_ attempt: Int) async throws {
        let owner = ServerOwner(self, notified: onNotification, log: log)
        self.owner = owner
        let expanded = try context.credentials.expand(definition.openingTemplates)
        // Logs and errors are always cleaned; only results can be left as they are.
        owner.redaction = expanded.redaction
        let requests = OwnRequests(context: context, home: home, redaction: expanded.redaction)
        let opener = Opener(
            definition: definition, context: context, home: home, attempt: attempt, owner: owner, requests: requests,
            verdict: verdict)
        let opened = try await opener.open(expanded.texts)
        // Whatever happened while this waited decides: an attempt that nobody wants any more takes its link with it.
        guard attempt == machine.attempt, machine.state == .connecting else { return await opened.link.close() }
        self.requests = requests
        link = opened.link
        process = opened.child
        outcome = opened.found
        verdict = opened.found.era
        startedAt = Date().timeIntervalSince1970
        handle?.touch(.now())
        await makeHandle().publish(opened.link, definition.redactResults ? expanded.redaction : nil)
        owner.settle()
        handle(.started(attempt: attempt))
        guard machine.state == .online, machine.attempt == attempt else { return }
        // It may have ended before anybody was to be told.
        if opened.link.isDead, definition.kind == .stdio { return handle(.lost(attempt: attempt, why: explain("the server ended"))) }
        if opened.speaksByItself { openStream(opened.link) }
        // Before anything is waited for: who waits for the start waits for the lists as well.
        toldLevel = nil
        tellLevel()
        refresh()
        if opened.link.era.isModern {
            let listener = Listener(link: opened.link, requests: requests, capabilities: opened.found.capabilities, owner: owner)
            self.listener = listener
            await listener.listen(watching: watched)
        }
    }

    private func request(_ method: String, _ params: JSON?, over link: any Link) async throws -> JSON {
        guard let requests else { throw DownstreamFailure.stopping }
        return try await requests.request(method, params, over: link).result
    }

    /// Lets go of the link at once; the rest of its end goes on in `closing`, and the next start waits for it.
    private func closeLink() {
        guard let old = link else { return }
        let session = outcome?.session
        link = nil
        process = nil
        outcome = nil
        startedAt = nil
        refreshing?.cancel()
        let listener = listener
        self.listener = nil
        let (before, attempt) = (closing, opening)
        closing = Task { [handle, context, home] in
            await before?.value
            // The attempt that published it has ended first, so that its last word is not this link.
            await attempt?.value
            await handle?.publish(nil, nil)
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
    func setLogLevel(_ level: String) {
        wantedLevel = level
        tellLevel()
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

    // MARK: what the server tells

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
                let found = try await handshake.capabilities(outcome)
                if found != capabilities {
                    capabilities = found
                    await onCapabilities(found)
                }
            } catch {
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

    /// Listens for what is watched now, where the server is modern.
    func listenAgain() async { await listener?.listen(watching: watched) }

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
