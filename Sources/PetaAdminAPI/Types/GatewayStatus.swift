/// The answer of `GET /v1/status`, printed by `peta status`.
package struct GatewayStatus: Codable, Sendable, Equatable {
    /// How many servers are in each state.
    package struct Servers: Codable, Sendable, Equatable {
        package var online: Int
        package var sleeping: Int
        package var connecting: Int
        package var offline: Int
        package var error: Int

        package init(online: Int = 0, sleeping: Int = 0, connecting: Int = 0, offline: Int = 0, error: Int = 0) {
            self.online = online
            self.sleeping = sleeping
            self.connecting = connecting
            self.offline = offline
            self.error = error
        }
    }

    /// How long recent calls took, in milliseconds; nil when there were none.
    package struct Latency: Codable, Sendable, Equatable {
        package var p50Ms: Double?
        package var p99Ms: Double?

        package init(p50Ms: Double? = nil, p99Ms: Double? = nil) {
            self.p50Ms = p50Ms
            self.p99Ms = p99Ms
        }
    }

    package var version: String
    package var pid: Int32
    package var uptimeSeconds: Int64
    /// True while the vault is sealed: nothing that needs a secret works.
    package var sealed: Bool
    /// The addresses on which MCP is served, as URLs; a Unix socket is `unix:` and its path.
    package var listen: [String]
    /// The path of the admin socket.
    package var socket: String
    package var servers: Servers
    package var sessions: Int
    package var pendingApprovals: Int
    /// Tools that are not as they were accepted.
    package var changedTools: Int
    package var callsPerSecond: Double
    package var latency: Latency
    /// Resident memory of the daemon, in bytes.
    package var rssBytes: Int64
    /// What is wrong right now, in plain words; empty when all is well. Calls are refused while the audit cannot be written.
    package var problems: [String]
    /// Calls that are not answered yet.
    package var callsUnderWay: Int
    /// Where metrics are served.
    package var metrics: [String]
    /// Levels of the log that were changed since the start, as `PART=LEVEL`.
    package var logLevels: [String]

    package init(
        version: String, pid: Int32, uptimeSeconds: Int64, sealed: Bool, listen: [String], socket: String, servers: Servers, sessions: Int,
        pendingApprovals: Int, callsPerSecond: Double, latency: Latency, rssBytes: Int64, problems: [String],
        changedTools: Int = 0, callsUnderWay: Int = 0, metrics: [String] = [], logLevels: [String] = []
    ) {
        self.version = version
        self.pid = pid
        self.uptimeSeconds = uptimeSeconds
        self.sealed = sealed
        self.listen = listen
        self.socket = socket
        self.servers = servers
        self.sessions = sessions
        self.pendingApprovals = pendingApprovals
        self.changedTools = changedTools
        self.callsPerSecond = callsPerSecond
        self.latency = latency
        self.rssBytes = rssBytes
        self.problems = problems
        self.callsUnderWay = callsUnderWay
        self.metrics = metrics
        self.logLevels = logLevels
    }
}

extension GatewayStatus {
    /// A gateway of an earlier version does not say all of it.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            version: try values.decode(String.self, forKey: .version), pid: try values.decode(Int32.self, forKey: .pid),
            uptimeSeconds: try values.decode(Int64.self, forKey: .uptimeSeconds), sealed: try values.decode(Bool.self, forKey: .sealed),
            listen: try values.decode([String].self, forKey: .listen), socket: try values.decode(String.self, forKey: .socket),
            servers: try values.decode(Servers.self, forKey: .servers), sessions: try values.decode(Int.self, forKey: .sessions),
            pendingApprovals: try values.decode(Int.self, forKey: .pendingApprovals),
            callsPerSecond: try values.decode(Double.self, forKey: .callsPerSecond),
            latency: try values.decode(Latency.self, forKey: .latency), rssBytes: try values.decode(Int64.self, forKey: .rssBytes),
            problems: try values.decode([String].self, forKey: .problems),
            changedTools: try values.decodeIfPresent(Int.self, forKey: .changedTools) ?? 0,
            callsUnderWay: try values.decodeIfPresent(Int.self, forKey: .callsUnderWay) ?? 0,
            metrics: try values.decodeIfPresent([String].self, forKey: .metrics) ?? [],
            logLevels: try values.decodeIfPresent([String].self, forKey: .logLevels) ?? [])
    }
}
