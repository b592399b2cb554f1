/// The parts of the daemon that log, each with a level of its own. Their loggers are called `peta.` and this name.
package enum LogPart: String, Sendable, CaseIterable, Codable {
    /// Start, reload and stop.
    case daemon
    /// The order in which services start and stop.
    case life
    case admin, gateway, downstream, approvals, audit, identity, policy, vault, store
    /// Metrics, spans and the log webhook itself.
    case telemetry

    /// The part of a logger; what is no part's is the daemon's.
    package init(label: String) { self = LogPart(rawValue: label.hasPrefix("peta.") ? String(label.dropFirst(5)) : label) ?? .daemon }
}

/// A level that holds for one part only: `gateway=debug`.
package struct LogPartLevel: Sendable, Equatable, CustomStringConvertible {
    package var part: LogPart
    package var level: LogLevel

    package init(_ part: LogPart, _ level: LogLevel) {
        self.part = part
        self.level = level
    }

    package var description: String { "\(part.rawValue)=\(level.rawValue)" }
}
