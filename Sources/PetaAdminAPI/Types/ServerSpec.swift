/// The definition of a downstream server: the body of `POST /v1/servers`, and part of what `show` answers.
///
/// A value of `env`, `headers`, `args` or `url` may hold `${secret:NAME}`. In answers the values of `env` and `headers` that
/// hold no such reference are masked.
package struct ServerSpec: Codable, Sendable, Equatable {
    package var id: String
    package var title: String?
    package var kind: ServerKind
    /// `stdio`: the program.
    package var command: String?
    package var args: [String]
    package var env: [String: String]
    /// `stdio`: the working directory; nil: one that the gateway chooses.
    package var cwd: String?
    /// `http` and `sse`: the endpoint.
    package var url: String?
    package var headers: [String: String]
    /// Every user may use it without a grant.
    package var publicAccess: Bool
    /// Started by the first call that needs it, not with the gateway.
    package var lazyStart: Bool
    /// Stopped after so long without a call; nil: the gateway's default; 0: never.
    package var idleTimeoutSeconds: Int?
    /// nil: the gateway's default.
    package var callTimeoutSeconds: Int?
    /// Injected secrets are replaced in results; nil: the gateway's default.
    package var redactResults: Bool?
    package var enabled: Bool
    /// How many calls may run at once; nil: no limit.
    package var maxConcurrent: Int?
    /// Asked for a sign of life after so long without a call; 0: never.
    package var healthIntervalSeconds: Int
    package var isolation: ServerIsolation
    package var retry: ServerRetry
    /// Which era of MCP is spoken with it.
    package var mcpProtocol: ServerProtocol
    /// What becomes of its tools that changed.
    package var pin: ServerPin

    private enum CodingKeys: String, CodingKey {
        case id, title, kind, command, args, env, cwd, url, headers, publicAccess, lazyStart, idleTimeoutSeconds, callTimeoutSeconds
        case redactResults, enabled, maxConcurrent, healthIntervalSeconds, isolation, retry, mcpProtocol, pin
    }

    package init(
        id: String, title: String? = nil, kind: ServerKind, command: String? = nil, args: [String] = [], env: [String: String] = [:],
        cwd: String? = nil, url: String? = nil, headers: [String: String] = [:], publicAccess: Bool = false, lazyStart: Bool = true,
        idleTimeoutSeconds: Int? = nil, callTimeoutSeconds: Int? = nil, redactResults: Bool? = nil, enabled: Bool = true,
        maxConcurrent: Int? = nil, healthIntervalSeconds: Int = 0, isolation: ServerIsolation = .auto, retry: ServerRetry = .auto,
        mcpProtocol: ServerProtocol = .auto, pin: ServerPin = .standard
    ) {
        self.id = id
        self.title = title
        self.kind = kind
        self.command = command
        self.args = args
        self.env = env
        self.cwd = cwd
        self.url = url
        self.headers = headers
        self.publicAccess = publicAccess
        self.lazyStart = lazyStart
        self.idleTimeoutSeconds = idleTimeoutSeconds
        self.callTimeoutSeconds = callTimeoutSeconds
        self.redactResults = redactResults
        self.enabled = enabled
        self.maxConcurrent = maxConcurrent
        self.healthIntervalSeconds = healthIntervalSeconds
        self.isolation = isolation
        self.retry = retry
        self.mcpProtocol = mcpProtocol
        self.pin = pin
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try fields.decode(String.self, forKey: .id),
            title: try fields.decodeIfPresent(String.self, forKey: .title),
            kind: try fields.decode(ServerKind.self, forKey: .kind),
            command: try fields.decodeIfPresent(String.self, forKey: .command),
            args: try fields.decodeIfPresent([String].self, forKey: .args) ?? [],
            env: try fields.decodeIfPresent([String: String].self, forKey: .env) ?? [:],
            cwd: try fields.decodeIfPresent(String.self, forKey: .cwd),
            url: try fields.decodeIfPresent(String.self, forKey: .url),
            headers: try fields.decodeIfPresent([String: String].self, forKey: .headers) ?? [:],
            publicAccess: try fields.decodeIfPresent(Bool.self, forKey: .publicAccess) ?? false,
            lazyStart: try fields.decodeIfPresent(Bool.self, forKey: .lazyStart) ?? true,
            idleTimeoutSeconds: try fields.decodeIfPresent(Int.self, forKey: .idleTimeoutSeconds),
            callTimeoutSeconds: try fields.decodeIfPresent(Int.self, forKey: .callTimeoutSeconds),
            redactResults: try fields.decodeIfPresent(Bool.self, forKey: .redactResults),
            enabled: try fields.decodeIfPresent(Bool.self, forKey: .enabled) ?? true,
            maxConcurrent: try fields.decodeIfPresent(Int.self, forKey: .maxConcurrent),
            healthIntervalSeconds: try fields.decodeIfPresent(Int.self, forKey: .healthIntervalSeconds) ?? 0,
            isolation: try fields.decodeIfPresent(ServerIsolation.self, forKey: .isolation) ?? .auto,
            retry: try fields.decodeIfPresent(ServerRetry.self, forKey: .retry) ?? .auto,
            mcpProtocol: try fields.decodeIfPresent(ServerProtocol.self, forKey: .mcpProtocol) ?? .auto,
            pin: try fields.decodeIfPresent(ServerPin.self, forKey: .pin) ?? .standard)
    }
}
