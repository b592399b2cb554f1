internal import NIOCore
internal import PetaWire

/// Servers that hang, and servers that must come back by themselves.
extension ManagedServer {
    /// A sign of life is due within this time.
    static let pingTimeout = TimeAmount.seconds(5)

    /// Asks a server that is online for a sign of life. One that gives none is closed as lost; whoever needs it next connects anew.
    func checkHealth() {
        guard checking == nil, machine.state == .online, let link else { return }
        let attempt = machine.attempt
        checking = Task { await self.askForLife(link, attempt) }
    }

    /// Where the administrator wants that: a server that nobody used for a while.
    func checkHealth(ifDue now: NIODeadline) {
        let interval = TimeAmount.seconds(Int64(definition.healthIntervalSeconds))
        guard definition.healthIntervalSeconds > 0, !handle.isDedicated, now - lastCheck >= interval,
            handle.isUnused(since: now - interval)
        else { return }
        lastCheck = now
        checkHealth()
    }

    private func askForLife(_ link: any Link, _ attempt: Int) async {
        defer { checking = nil }
        do {
            try await ping(link)
        } catch {
            switch error as? DownstreamFailure {
            // Whatever it said, it lives.
            case .badAnswer, .tooLarge, .stopping: return
            default: break
            }
            guard machine.attempt == attempt, machine.state == .online else { return }
            lost(attempt, "it gives no sign of life: \((error as? DownstreamFailure)?.text ?? "\(error)")")
        }
    }

    private func ping(_ link: any Link) async throws {
        _ = try await send(link.era.isModern ? "server/discover" : "ping", nil, over: link, form: .request, timeout: Self.pingTimeout)
    }

    /// True if it is to be online whether or not somebody calls: what it tells is waited for, or its health is watched.
    private var isToStay: Bool {
        !retired && definition.enabled && !handle.isDedicated && (!watched.isEmpty || definition.healthIntervalSeconds > 0)
    }

    /// Starts it again when it was lost, after the pause that its failures ask for.
    func revive() {
        guard isToStay, reviving == nil, machine.state == .offline || machine.state == .error, machine.attempt > 0 else { return }
        let pause = machine.pause(now: Self.now)
        reviving = Task {
            try? await Task.sleep(for: .seconds(pause + 0.01))
            self.reviving = nil
            guard !Task.isCancelled, self.isToStay else { return }
            self.handle(.wanted(byHand: false))
        }
    }
}
