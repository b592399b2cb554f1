internal import NIOCore
internal import PetaWire

/// Opens the way to a server: one attempt. What it opened and does not hand out is closed when it throws.
struct Opener: Sendable {
    let definition: ServerDefinition
    let context: DownstreamContext
    let home: Int
    let attempt: Int
    /// What the server is told that can be asked.
    let announced: JSON
    /// True where everything that is sent comes from one client.
    let isDedicated: Bool
    let owner: any LinkOwner
    let requests: OwnRequests

    /// Decides how the server is opened. `texts` are the definition's `openingTemplates`, secrets in place.
    func open(_ texts: [String]) async throws -> Opened {
        switch definition.kind {
        case .stdio: return try await openStdio(texts)
        case .http: return try await openHTTP(try target(texts))
        case .sse: return try await openSSE(try target(texts))
        }
    }

    /// Shakes hands, or closes the link.
    func shakeHands(over link: any Link, status: HTTPStatus? = nil) async throws -> Handshake.Outcome {
        do {
            let (result, session) = try await requests.request(
                "initialize", Handshake.initializeParams(software: context.software, capabilities: announced), over: link,
                status: status)
            return try Handshake.outcome(result, session: session)
        } catch {
            await link.close()
            throw error
        }
    }

    /// The last word of the handshake, or closes the link.
    func confirm(over link: any Link) async throws {
        do {
            _ = try await requests.send("notifications/initialized", nil, over: link, form: .notification)
        } catch {
            await link.close()
            throw error
        }
    }
}

extension ServerDefinition {
    /// The texts in which secrets are filled in to open it: header values (by name) and URL, or arguments and environment (by name).
    var openingTemplates: [String] {
        switch kind {
        case .http, .sse: return headers.keys.sorted().compactMap { headers[$0] } + [url]
        case .stdio: return args + env.keys.sorted().compactMap { env[$0] }
        }
    }
}
