internal import NIOCore

extension Opener {
    /// Starts the program and agrees with it on how to speak.
    func openStdio(_ texts: [String]) async throws -> Opened {
        let link = try await start(texts)
        let found = try await shakeHands(over: link)
        link.era = .legacy(found.version)
        try await confirm(over: link)
        return Opened(link: link, found: found, child: link.child)
    }

    /// A new process.
    private func start(_ texts: [String]) async throws -> StdioLink {
        let count = definition.args.count
        var environment = context.baseEnvironment
        for (name, value) in zip(definition.env.keys.sorted(), texts[count...]) { environment[name] = value }
        return try await StdioLink.open(
            [definition.command] + texts[..<count], environment: environment.map { "\($0.key)=\($0.value)" },
            directory: definition.cwd.isEmpty ? nil : definition.cwd, spawner: context.spawner, home: context.loops[home], attempt: attempt,
            resultLimit: context.resultLimit, budget: context.budget, isDedicated: isDedicated, owner: owner)
    }
}
