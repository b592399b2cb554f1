/// How a downstream server is reached, as the administrator wrote it: templates, never secret values.
package struct ServerDefinition: Codable, Equatable, Sendable {
    /// What speaks on the other side.
    package enum Kind: String, Codable, Sendable {
        /// A child process that speaks over its standard input and output.
        case stdio
        /// Streamable HTTP (2025-03-26 and later).
        case http
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

    /// A definition with everything at its default.
    package init(id: String, kind: Kind) {
        self.id = id
        self.title = id
        self.kind = kind
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
