import ArgumentParser
import PetaAdminAPI

/// The options of a server's definition that adding and updating share.
struct ServerChoices: ParsableArguments {
    @Option(help: "A title for people.")
    var title: String?

    @Option(help: ArgumentHelp("Endpoint of a server that speaks Streamable HTTP.", valueName: "url"))
    var url: String?

    @Option(help: ArgumentHelp("Endpoint of a server that speaks the older HTTP+SSE (2024-11-05).", valueName: "url"))
    var sse: String?

    @Option(
        name: .customLong("env"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Environment variable of the command; the value may hold '${secret:NAME}'.", valueName: "key=value"))
    var environment: [KeyValue] = []

    @Option(
        name: .customLong("header"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("HTTP header of every request; the value may hold '${secret:NAME}'.", valueName: "name=value"))
    var headers: [HeaderArgument] = []

    @Option(
        name: .customLong("cwd"), help: ArgumentHelp("Working directory of the command.", valueName: "path"), completion: .directory)
    var workingDirectory: String?

    @Flag(inversion: .prefixedNo, help: "Every user may use it without a grant.")
    var `public`: Bool?

    @Flag(inversion: .prefixedNo, help: "Start it with the first call that needs it.")
    var lazy: Bool?

    @Flag(inversion: .prefixedNo, help: "Replace injected secrets in its results.")
    var redact: Bool?

    @Option(help: ArgumentHelp("Seconds without a call until it is put to sleep; 0 is never.", valueName: "seconds"))
    var idleTimeout: Int?

    @Option(help: ArgumentHelp("Seconds that a call may take.", valueName: "seconds"))
    var callTimeout: Int?

    @Option(help: ArgumentHelp("Calls that may run at once; 0 is no limit.", valueName: "count"))
    var maxConcurrent: Int?

    @Option(help: ArgumentHelp("Seconds without a call after which it is asked for a sign of life; 0 is never.", valueName: "seconds"))
    var healthInterval: Int?

    @Option(
        help: """
            Who shares its connection: everybody (shared), nobody (session: each session has its own), or as it needs (auto: sessions \
            whose clients can be asked have their own once the server asked something).
            """)
    var isolation: ServerIsolation?

    @Option(
        help: """
            Which calls are sent again when their connection was lost behind them: those of tools that say it does no harm (auto), or \
            all (always).
            """)
    var retry: ServerRetry?

    @Option(name: .customLong("protocol"), help: "Which era of MCP is spoken with it: auto asks the server.")
    var mcpProtocol: ServerProtocol?

    @Option(
        help: """
            What becomes of its tools whose definitions are no longer those that were accepted: strict withholds them, warn tells of it, \
            off compares nothing, default is what the setting servers.pin says.
            """)
    var pin: ServerPin?

    func validate() throws {
        for (name, value) in [
            ("idle-timeout", idleTimeout), ("call-timeout", callTimeout), ("max-concurrent", maxConcurrent),
            ("health-interval", healthInterval),
        ] {
            if let value, value < 0 { throw ValidationError("--\(name): expected 0 or more, found \(value)") }
        }
        if url != nil, sse != nil { throw ValidationError("give either --url or --sse, not both") }
        if callTimeout == 0 { throw ValidationError("--call-timeout: expected 1 or more, found 0") }
    }

    /// The endpoint of a server that has one.
    var endpoint: String? { url ?? sse }

    /// How such a server is spoken to.
    var endpointKind: ServerKind? { url != nil ? .http : sse != nil ? .sse : nil }

    /// Remarks about credentials that should be in the vault.
    var remarks: [String] {
        environment.compactMap { LiteralCredential.remark("--env", name: $0.key, value: $0.value) }
            + headers.compactMap { LiteralCredential.remark("--header", name: $0.name, value: $0.value) }
    }
}

extension ServerIsolation: ExpressibleByArgument {}
extension ServerRetry: ExpressibleByArgument {}
extension ServerProtocol: ExpressibleByArgument {}
extension ServerPin: ExpressibleByArgument {}
