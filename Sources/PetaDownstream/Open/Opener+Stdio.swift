internal import NIOCore
internal import PetaWire

extension Opener {
    /// Starts the program and agrees with it on how to speak.
    func openStdio(_ texts: [String]) async throws -> Opened {
        let link = try await start(texts, gauged: probes)
        guard probes else { return try await openLegacyStdio(link, nil) }
        defer { link.releaseGauge() }
        var probe = EraProbe(choice: definition.mcpProtocol)
        while true {
            let asked: Probe
            do { asked = try await ask(over: link) } catch {
                await link.close()
                throw error
            }
            switch probe.next(asked.outcome) {
            case .ask: continue
            case .modern(let found): return modern(link, found)
            case .handshake: return try await openLegacyStdio(link, asked.exchange)
            case .handshakeAnew:
                await link.close()
                return try await openLegacyStdio(try await start(texts), nil)
            case .fail(let failure):
                await link.close()
                throw failure
            }
        }
    }

    private func modern(_ link: StdioLink, _ found: Handshake.Outcome) -> Opened {
        link.era = found.era
        return Opened(link: link, found: found, child: link.child)
    }

    /// With a handshake. `asked` is the question that the process has been asked before.
    private func openLegacyStdio(_ link: StdioLink, _ asked: PromiseExchange?) async throws -> Opened {
        do {
            let found = try await shakeHands(over: link)
            link.era = found.era
            try await confirm(over: link)
            return Opened(link: link, found: found, child: link.child)
        } catch {
            if !link.isDead, let found = await late(asked) { return modern(link, found) }
            await link.close()
            throw error
        }
    }

    /// A new process.
    private func start(_ texts: [String], gauged: Bool = false) async throws -> StdioLink {
        let count = definition.args.count
        var environment = context.baseEnvironment
        for (name, value) in zip(definition.env.keys.sorted(), texts[count...]) { environment[name] = value }
        return try await StdioLink.open(
            [definition.command] + texts[..<count], gauged: gauged, environment: environment.map { "\($0.key)=\($0.value)" },
            directory: definition.cwd.isEmpty ? nil : definition.cwd, spawner: context.spawner, home: context.loops[home], attempt: attempt,
            resultLimit: context.resultLimit, budget: context.budget, isDedicated: isDedicated, owner: owner)
    }
}
