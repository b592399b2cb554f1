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

/// `normal` survives the death of the process, `full` also the loss of power (one fsync for each group of records).
package enum AuditDurability: String, Sendable, CaseIterable {
    case normal, full
}
