/// How a downstream server is reached, as the administrator wrote it: templates, never secret values.
package struct ServerDefinition: Codable, Equatable, Sendable {
    /// What speaks on the other side.
    package enum Kind: String, Codable, Sendable {
        /// A child process that speaks over its standard input and output.
        case stdio
        /// Streamable HTTP (2025-03-26 and later).
        case http
        /// HTTP+SSE (2024-11-05): one event stream, and a URL to post to that it names.
        case sse
    }

    /// Which era of MCP is spoken with the server (MCP reference, section 3.3).
    package enum ProtocolChoice: String, Codable, Sendable {
        /// Found out by asking, and again after failures.
        case auto
        /// With a handshake: 2024-11-05 to 2025-11-25.
        case legacy
        /// Without: 2026-07-28.
        case modern
    }

    /// Who shares a connection to the server.
    package enum Isolation: String, Codable, Sendable {
        /// As `session` for clients that can be asked, where the server asks; as `shared` otherwise.
        case auto
        /// Everybody. The server cannot ask anything of a client.
        case shared
        /// Nobody: each session of a client has a connection of its own.
        case session
    }

    /// What becomes of a call whose connection was lost after it was written.
    package enum Retry: String, Codable, Sendable {
        /// Sent again where the tool says that it only reads or may be repeated.
        case auto
        /// Sent again whatever the tool says.
        case always
    }

    /// Identifier: `^[a-z][a-z0-9-]{0,62}$`.
    package var id: String
    /// Name for people; the identifier if none was given.
    package var title: String
    /// stdio or HTTP.
    package var kind: Kind
    /// Program of a stdio server.
    package var command = ""
    /// Its arguments; may hold `${secret:NAME}`.
    package var args: [String] = []
    /// Its environment; values may hold `${secret:NAME}`. Nothing else is inherited but `PATH`, `HOME`, `LANG`, `TZ`.
    package var env: [String: String] = [:]
    /// Its working directory; the data directory's parent process's own if empty.
    package var cwd = ""
    /// URL of an HTTP server; may hold `${secret:NAME}`.
    package var url = ""
    /// Header fields sent with each request; values may hold `${secret:NAME}`.
    package var headers: [String: String] = [:]
    /// Every user may use it, without a grant.
    package var publicAccess = false
    /// Started by the first call rather than with the gateway.
    package var lazyStart = true
    /// Stopped after this many seconds without a call; 0 never.
    package var idleTimeoutSeconds = 600
    /// A call without an answer or a sign of progress ends after this many seconds.
    package var callTimeoutSeconds = 60
    /// Injected values are cut out of what it answers.
    package var redactResults = true
    /// Disabled servers are not listed and not called.
    package var enabled = true
    /// Calls under way at once; more wait for nothing and are refused.
    package var maxConcurrent = 1024
    /// An online server that nobody used this long is asked for a sign of life; 0 never.
    package var healthIntervalSeconds = 0
    /// Which era of MCP is spoken with it.
    package var mcpProtocol = ProtocolChoice.auto
    /// Who shares a connection to it.
    package var isolation = Isolation.auto
    /// What becomes of calls that were lost.
    package var retry = Retry.auto
    /// What becomes of its tools that changed; nil: what the gateway says.
    package var pin: PinMode?

    /// A definition with everything at its default.
    package init(id: String, kind: Kind) {
        self.id = id
        self.title = id
        self.kind = kind
    }

    /// Reads what an earlier version stored as well: what it did not know has its default.
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(id: try fields.decode(String.self, forKey: .id), kind: try fields.decode(Kind.self, forKey: .kind))
        func read<T: Decodable>(_ key: CodingKeys, _ place: WritableKeyPath<ServerDefinition, T>) throws {
            if let value = try fields.decodeIfPresent(T.self, forKey: key) { self[keyPath: place] = value }
        }
        try read(.title, \.title)
        try read(.command, \.command)
        try read(.args, \.args)
        try read(.env, \.env)
        try read(.cwd, \.cwd)
        try read(.url, \.url)
        try read(.headers, \.headers)
        try read(.publicAccess, \.publicAccess)
        try read(.lazyStart, \.lazyStart)
        try read(.idleTimeoutSeconds, \.idleTimeoutSeconds)
        try read(.callTimeoutSeconds, \.callTimeoutSeconds)
        try read(.redactResults, \.redactResults)
        try read(.enabled, \.enabled)
        try read(.maxConcurrent, \.maxConcurrent)
        try read(.healthIntervalSeconds, \.healthIntervalSeconds)
        try read(.mcpProtocol, \.mcpProtocol)
        try read(.isolation, \.isolation)
        try read(.retry, \.retry)
        pin = try fields.decodeIfPresent(PinMode.self, forKey: .pin)
    }

    /// What is wrong with an HTTP definition, found without connecting; nil where nothing is. Templates count as text.
    package var httpProblem: String? {
        do {
            _ = try HTTPTarget(url: url, headers: headers.map { ($0.key, $0.value) })
            return nil
        } catch {
            return (error as? DownstreamFailure)?.text ?? "the URL cannot be used"
        }
    }

    /// Every text in which a secret may be named.
    package var templates: [String] { args + env.values + headers.values + [url] }
}
