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
    /// The era that was spoken with it the last time.
    let verdict: Era?

    /// Decides how the server is opened. `texts` are the definition's `openingTemplates`, secrets in place.
    func open(_ texts: [String]) async throws -> Opened {
        switch definition.kind {
        case .stdio: return try await openStdio(texts)
        case .http: return try await openHTTP(try target(texts))
        case .sse: return try await openSSE(try target(texts))
        }
    }

    /// True where the server is asked for its era before anything else.
    var probes: Bool { definition.mcpProtocol == .modern || definition.mcpProtocol == .auto && verdict?.isModern != false }

    /// The legacy handshake, up to the server's answer.
    func shakeHands(over link: any Link, status: HTTPStatus? = nil) async throws -> Handshake.Outcome {
        let (result, session) = try await requests.request(
            "initialize", Handshake.initializeParams(software: context.software, capabilities: announced), over: link, status: status)
        return try Handshake.outcome(result, session: session)
    }

    /// Its last word.
    func confirm(over link: any Link) async throws {
        _ = try await requests.send("notifications/initialized", nil, over: link, form: .notification)
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
