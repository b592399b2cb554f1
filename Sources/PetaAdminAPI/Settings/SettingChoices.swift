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

/// What an answer waits for: `journal` its record in a file that outlives the process, `normal` its commit to the database, `full` also
/// its sync to the disk. Only `full` survives the loss of power.
package enum AuditDurability: String, Sendable, CaseIterable {
    case journal, normal, full
}
