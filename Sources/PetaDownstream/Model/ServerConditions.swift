/// Where a connection to a server stands.
package enum ServerState: String, Sendable, CaseIterable {
    /// Not running and not wanted yet, or stopped by an administrator.
    case offline
    /// Being started, or shaking hands.
    case connecting
    /// Ready.
    case online
    /// Stopped because nobody used it; the next call wakes it.
    case sleeping
    /// Does not start; `lastError` says why.
    case error
}

/// What an administrator sees of a server.
package struct ServerReport: Sendable {
    /// The definition.
    package var definition: ServerDefinition
    /// Where it stands.
    package var state: ServerState
    /// What went wrong last.
    package var lastError: String?
    /// Process of a stdio server.
    package var pid: Int32?
    /// The revision that was negotiated.
    package var protocolVersion: String?
    /// Seconds since 1970 of the start of the present connection.
    package var startedAt: Double?
    /// Starts after a loss since the gateway started.
    package var restarts: Int
    /// What it offers.
    package var capabilities: Capabilities
    /// Newest lines of its log.
    package var logTail: [LogLine]
    /// Dedicated connections that are up beside the shared one.
    package var dedicated = 0
    /// Failures in a row, of starts and of connections.
    package var failures = 0
}

/// One line of a server's log.
package struct LogLine: Sendable {
    /// Where the line came from.
    package enum Source: String, Sendable { case stderr, stdout, gateway }
    /// Seconds since 1970.
    package var time: Double
    /// Where it came from.
    package var source: Source
    /// The line, cut to 4,096 bytes, secrets cut out.
    package var text: String
}
