/// Everything that `peta serve` can be told, resolved: a flag goes before the environment, that before the configuration
/// file, that before the defaults below.
///
/// Key, range and help of each setting stand in the one table of the commands (`SettingTable`); the default is here.
package struct ServeSettings: Sendable {
    package var listen = [ListenAddress(host: "127.0.0.1", port: 3002)]
    package var tls = TLS()
    /// Holds the database, the key file and the skills.
    package var dataDirectory = ""
    /// The path of the admin socket.
    package var socket = ""
    package var mcpSocket = MCPSocket()
    package var logging = Logging()
    package var http = HTTP()
    /// Event loops; 0: one for each core.
    package var loops = 0
    package var names = Names()
    /// Injected secrets are replaced in results, unless a server says otherwise.
    package var redactResults = true
    package var limits = Limits()
    package var calls = Calls()
    package var servers = Servers()
    package var shutdown = Shutdown()
    package var audit = Audit()
    package var policy = Policy()
    package var approvals = Approvals()
    package var vault = Vault()
    /// Where the vault's passphrase may come from, beside `vault.passphraseFile`. No setting: it belongs to one start.
    package var passphrase = Passphrase()
    package var metrics = Metrics()
    package var trace = Trace()
    package var otlp = OTLP()
    package var backup = Backup()

    /// The configuration file that was read, if there was one.
    package var configurationFile: String?
    /// Where the value of each key came from; a key that is absent has its default.
    package var origins: [String: SettingOrigin] = [:]
    /// Every setting with its value and where that came from.
    package var entries: [SettingEntry] = []
    /// Reads flags, environment and file anew, and holds the result against what the gateway runs with. Throws `AdminError`, and then
    /// nothing should change.
    package var reload: (@Sendable (_ running: ServeSettings) throws -> ReloadedSettings)?

    /// The defaults.
    package init() {}

    /// Where MCP is served over TLS; both or none.
    package struct TLS: Sendable, Equatable {
        /// PEM files; nil: plain HTTP.
        package var certificate: String?
        package var key: String?
    }

    /// What a backup of the running gateway may take.
    package struct Backup: Sendable, Equatable {
        /// How long whoever asked for it may take nothing.
        package var stallSeconds = 60
        /// How long the write-ahead log may become meanwhile, in bytes.
        package var logBytes = 2 << 30
    }

    /// The Unix sockets among the addresses on which MCP is served.
    package struct MCPSocket: Sendable, Equatable {
        package var access = SocketAccess.group
    }

    /// What is logged.
    package struct Logging: Sendable, Equatable {
        package var level = LogLevel.info
        package var format = LogFormat.text
        /// Levels of single parts.
        package var levels: [LogPartLevel] = []
        package var webhook = LogWebhook()
    }

    /// Where lines of the log are sent, too.
    package struct LogWebhook: Sendable, Equatable {
        /// Nil: nowhere.
        package var url: String?
        package var level = LogLevel.warning
        /// Header fields as `NAME=VALUE`; values may hold `${secret:NAME}`.
        package var headers: [String] = []
    }

    /// The numbers for monitoring.
    package struct Metrics: Sendable, Equatable {
        /// Where they are served; nowhere by default.
        package var listen: [ListenAddress] = []
        /// What has to come with the request; may hold `${secret:NAME}`.
        package var token: String?
        /// Servers that are told apart.
        package var servers = 100
    }

    /// Distributed traces.
    package struct Trace: Sendable, Equatable {
        package var propagate = TracePropagation.received
    }

    /// Where spans are sent.
    package struct OTLP: Sendable, Equatable {
        /// Nil: nowhere, and none are made.
        package var endpoint: String?
        /// Header fields as `NAME=VALUE`; values may hold `${secret:NAME}`.
        package var headers: [String] = []
        /// Of the traces that begin here the share that is recorded.
        package var ratio = 1.0
    }

    /// Whom browsers may speak for.
    package struct HTTP: Sendable, Equatable {
        /// Values of `Origin` that are let in, beside none at all.
        package var allowedOrigins: [String] = []
        /// Values of `Host` that are let in, beside the addresses that are listened on.
        package var allowedHosts: [String] = []
        /// Addresses and ranges of the proxies whose word on the client's address is believed.
        package var trustedProxies: [String] = []
        /// The field in which they say it.
        package var proxyHeader = ProxyField.xForwardedFor
    }

    /// How tools are listed.
    package struct Names: Sendable, Equatable {
        package var style = NameStyle.safe
    }

    /// Sizes in bytes, times in seconds, depth and counts as numbers.
    package struct Limits: Sendable, Equatable {
        package var bodyBytes = 4 << 20
        package var resultBytes = 32 << 20
        package var resultMemoryBytes = 128 << 20
        package var headBytes = 32 << 10
        package var sessionIdleSeconds = 1800
        package var sessionsPerUser = 4096
        package var sessions = 65536
        package var inFlightPerSession = 256
        package var connections = 16384
        package var headerSeconds = 10
        package var bodySeconds = 30
        package var writeStallSeconds = 30
        package var streamEvents = 512
        package var streamBytes = 1 << 20
        package var streamSeconds = 600
        package var jsonDepth = 64
        /// Requests a minute; 0: any number. None by default: how much is much depends on what the agents do.
        package var userPerMinute = 0
        package var tokenPerMinute = 0
        package var addressPerMinute = 0
        /// Wrong tokens a minute; well above what a client that was set up wrongly sends.
        package var failuresPerMinute = 60
        /// Calls under way; 0: any number.
        package var userConcurrent = 0
    }

    /// Times of calls.
    package struct Calls: Sendable, Equatable {
        package var timeoutSeconds = 60
        package var maxSeconds = 600
    }

    /// Times of downstream servers.
    package struct Servers: Sendable, Equatable {
        package var startSeconds = 30
        /// 0: never stopped for being idle.
        package var idleSeconds = 600
        /// What becomes of tools that changed, unless a server says otherwise.
        package var pin = PinChoice.warn
    }

    /// The end of the daemon.
    package struct Shutdown: Sendable, Equatable {
        package var drainSeconds = 10
    }

    /// What rules decide.
    package struct Policy: Sendable, Equatable {
        /// What becomes of a call that no rule decides.
        package var byDefault = PolicyDefault.allow
    }

    /// Calls that wait for people. Times in seconds.
    package struct Approvals: Sendable, Equatable {
        /// How long a call waits before its client is told to come back.
        package var holdSeconds = 25
        /// How long a request waits for a decision, and then for its call.
        package var expirySeconds = 600
        /// How long the same call gets the same answer.
        package var retentionSeconds = 3600
        package var historyDays = 30
        package var pendingPerUser = 20
        package var pending = 100_000
        package var perUserAndHour = 1000
        package var argumentBytes = 256 << 10
        package var approvers = 1
        package var selfApproval = false
    }

    /// What opens the vault.
    package struct Vault: Sendable, Equatable {
        /// A file with the passphrase; nil: none.
        package var passphraseFile: String?
        /// How often a passphrase is stretched at least.
        package var iterations = 600_000
    }

    /// Where a passphrase comes from at one start.
    package struct Passphrase: Sendable {
        /// An open descriptor to read it from.
        package var descriptor: Int32?
        /// A vault that is made is given a passphrase that is asked for.
        package var asks = false
        /// Asks at the terminal without echo: writes what is typed into the buffer and says how many bytes it was. Nil: nobody can be asked.
        package var prompt: (@Sendable (_ words: String, _ typed: UnsafeMutableRawBufferPointer) throws -> Int)?
    }

    /// How surely an audit record is on disk before its answer is released, and what it holds.
    package struct Audit: Sendable, Equatable {
        package var durability = AuditDurability.journal
        package var arguments = AuditArguments.off
        /// 0: for ever.
        package var retentionDays = 0
        /// 0: any number.
        package var retentionRecords = 0
        package var webhook = AuditWebhookChoices()
        package var anchor = AuditAnchorChoices()
        /// Unencrypted URLs beside those of the machine itself.
        package var allowHTTP = false
    }
}
