internal import NIOCore

extension Opener {
    /// Where an HTTP server is, and what it is sent with each request.
    func target(_ texts: [String]) throws -> HTTPTarget {
        let names = definition.headers.keys.sorted()
        return try HTTPTarget(url: texts[names.count], headers: Array(zip(names, texts[..<names.count])))
    }

    /// Agrees with a Streamable HTTP server on how to speak.
    func openHTTP(_ target: HTTPTarget) async throws -> Opened {
        try await openLegacyHTTP(target)
    }

    /// With a handshake. A server that refuses the POST may be one of the older transport.
    func openLegacyHTTP(_ target: HTTPTarget) async throws -> Opened {
        let status = HTTPStatus()
        let first = link(target, nil)
        let found: Handshake.Outcome
        do {
            found = try await shakeHands(over: first, status: status)
        } catch {
            guard status.mayBeOlder, let opened = try? await openSSE(target) else { throw error }
            return opened
        }
        await first.close()
        let made = link(target, found)
        try await confirm(over: made)
        return Opened(link: made, found: found, speaksByItself: true)
    }

    private func link(_ target: HTTPTarget, _ found: Handshake.Outcome?) -> HTTPLink {
        HTTPLink(
            target: target, session: found?.session, version: found?.version == "2025-03-26" ? nil : found?.version,
            era: .legacy(found?.version ?? Handshake.versions[0]), isDedicated: isDedicated, attempt: attempt,
            loops: context.loops, budget: context.budget, resultLimit: context.resultLimit, owner: owner)
    }
}
