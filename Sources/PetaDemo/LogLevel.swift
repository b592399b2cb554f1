/// The severities of MCP's log messages, the least severe first (RFC 5424 names).
enum LogLevel: String, CaseIterable, Comparable {
    case debug, info, notice, warning, error, critical, alert, emergency

    private var severity: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    static func < (a: LogLevel, b: LogLevel) -> Bool { a.severity < b.severity }
}
