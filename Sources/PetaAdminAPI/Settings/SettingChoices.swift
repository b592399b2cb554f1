/// The least severe level that is logged.
package enum LogLevel: String, Sendable, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
}

/// How a log line is written.
package enum LogFormat: String, Sendable, CaseIterable {
    case text, json
}

/// The style of listed names: `safe` is `server__tool`, `qualified` is `server::tool`.
package enum NameStyle: String, Sendable, CaseIterable {
    case safe, qualified
}

/// The header field in which a proxy says whose request it passes on.
package enum ProxyField: String, Sendable, CaseIterable {
    case xForwardedFor = "x-forwarded-for"
    case forwarded
}

/// What becomes of a call that no rule of a policy decides.
package enum PolicyDefault: String, Sendable, CaseIterable {
    case allow, deny
}

/// What becomes of a server's tools whose definitions are no longer those that were accepted.
package enum PinChoice: String, Sendable, CaseIterable {
    case strict, warn, off
}

/// What an answer waits for: `journal` its record in a file that outlives the process, `normal` its commit to the database, `full` also
/// its sync to the disk. Only `full` survives the loss of power.
package enum AuditDurability: String, Sendable, CaseIterable {
    case journal, normal, full
}

/// Whether audit records hold the arguments of calls: `redacted` as reviewers see them, what looks like a secret hidden and what is long cut.
package enum AuditArguments: String, Sendable, CaseIterable {
    case off, redacted
}

/// Who may open an MCP socket: the gateway's own user and, where it is the gateway's to give, the group peta; or every user of the machine.
/// What they may do there follows from the user that they are mapped to.
package enum SocketAccess: String, Sendable, CaseIterable {
    case group, everyone
}
