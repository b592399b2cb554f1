internal import NIOCore
internal import PetaWire

extension Opener {
    /// Where an HTTP server is, and what it is sent with each request.
    func target(_ texts: [String]) throws -> HTTPTarget {
        let names = definition.headers.keys.sorted()
        return try HTTPTarget(url: texts[names.count], headers: Array(zip(names, texts[..<names.count])))
    }

    /// Agrees with a Streamable HTTP server on how to speak.
    func openHTTP(_ target: HTTPTarget) async throws -> Opened {
        guard probes else { return try await openLegacyHTTP(target) }
        let link = link(target, version: Envelope.revision, era: .modern(Envelope.revision))
        var probe = EraProbe(choice: definition.mcpProtocol)
        do {
            while true {
                switch probe.next(try await ask(over: link).outcome) {
                case .ask: continue
                case .modern(let found): return Opened(link: link, found: found)
                case .handshake, .handshakeAnew:
                    await link.close()
                    return try await openLegacyHTTP(target)
                case .fail(let failure): throw failure
                }
            }
        } catch {
            await link.close()
            throw error
        }
    }

    /// With a handshake. A server that refuses the POST may be one of the older transport.
    func openLegacyHTTP(_ target: HTTPTarget) async throws -> Opened {
        let status = HTTPStatus()
        let first = link(target, era: .legacy(Handshake.versions[0]))
        let found: Handshake.Outcome
        do { found = try await shakeHands(over: first, status: status) } catch {
            await first.close()
            guard status.mayBeOlder, let opened = try? await openSSE(target) else { throw error }
            return opened
        }
        await first.close()
        let made = link(target, session: found.session, version: found.version == "2025-03-26" ? nil : found.version, era: found.era)
        do { try await confirm(over: made) } catch {
            await made.close()
            throw error
        }
        return Opened(link: made, found: found, speaksByItself: true)
    }

    private func link(_ target: HTTPTarget, session: String? = nil, version: String? = nil, era: Era) -> HTTPLink {
        HTTPLink(
            target: target, session: session, version: version, era: era, isDedicated: isDedicated, attempt: attempt,
            loops: context.loops, budget: context.budget, resultLimit: context.resultLimit, owner: owner)
    }
}
