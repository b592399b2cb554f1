internal import NIOCore
internal import PetaWire

/// Modern HTTP servers that have become legacy ones without a break in their connections.
extension ManagedServer {
    /// An answer to a question for its era is due within this time.
    private static let testTimeout = TimeAmount.seconds(5)

    /// Asks the server for its era; `done` is called with whether it is still the same. It is begun anew where it is not.
    func doubted(_ attempt: Int, _ done: @escaping @Sendable (Bool) -> Void) {
        doubters.append((attempt, done))
        if testing == nil { testing = Task { await self.testEra() } }
    }

    private func testEra() async {
        let attempt = machine.attempt
        var isStill = true
        if machine.state == .online, let link = link as? HTTPLink, link.era.isModern, !link.isDead {
            isStill = await isModern(link)
            if !isStill {
                log.add("it does not speak MCP \(Envelope.revision) any more", .gateway)
                link.sessionLost()
                changedAttempt = attempt
            }
        }
        handle.eraTested(isStill: isStill)
        testing = nil
        let waiting = doubters
        doubters = []
        // What was refused by a server that is another one now has not been run by it.
        for (asked, done) in waiting { done(asked != changedAttempt) }
    }

    /// True unless it is certain that it is not.
    private func isModern(_ link: HTTPLink) async -> Bool {
        guard let exchange = probe(link.era) else { return true }
        let outcome: EraProbe.Outcome
        do {
            let message = try JSON.parse(try await exchange.run(over: link, timeout: Self.testTimeout))
            outcome = .answered(status: exchange.status, message)
        } catch {
            // Without an answer nothing is certain.
            guard let status = exchange.status else { return true }
            outcome = .unusable(status: status)
        }
        var probe = EraProbe(choice: .auto)
        switch probe.next(outcome) {
        case .handshake, .handshakeAnew: return false
        case .ask, .modern, .fail: return true
        }
    }
}
