internal import Logging
internal import PetaAdminAPI
internal import PetaTelemetry
internal import Synchronization

/// Makes the daemon's loggers, one for each part, and lets their levels change while it runs. Nothing of a change is kept.
final class LogLevels: Sendable {
    private struct State {
        var configured: ServeSettings.Logging
        /// What was set since.
        var all: Logger.Level?
        var parts: [LogPart: Logger.Level] = [:]

        func configuredLevel(_ part: LogPart) -> Logger.Level {
            let chosen = configured.levels.last { $0.part == part }?.level ?? configured.level
            return Logger.Level(rawValue: chosen.rawValue) ?? .info
        }

        func level(_ part: LogPart) -> Logger.Level { parts[part] ?? all ?? configuredLevel(part) }
    }

    private let state: Mutex<State>
    private let inForce: [LogPart: PartLevel]
    private let format: LogFormat
    /// Where lines are sent too.
    let webhook: LogFeed?
    /// Lines that were written, by level.
    let counts = LogCounts()

    init(_ settings: ServeSettings.Logging) {
        let state = State(configured: settings)
        self.state = Mutex(state)
        format = settings.format
        inForce = Dictionary(uniqueKeysWithValues: LogPart.allCases.map { ($0, PartLevel(state.level($0))) })
        webhook = settings.webhook.url == nil ? nil : LogFeed(level: Logger.Level(rawValue: settings.webhook.level.rawValue) ?? .warning)
    }

    /// The configuration was read again: what was set since the start is over.
    func set(_ settings: ServeSettings.Logging) {
        change { state in
            state.configured.level = settings.level
            state.configured.levels = settings.levels
            (state.all, state.parts) = (nil, [:])
        }
    }

    /// A level for all parts that are not named takes the place of what was set for single ones before.
    func change(all: LogLevel?, parts: [LogPart: LogLevel]) {
        change { state in
            if let all {
                state.all = Logger.Level(rawValue: all.rawValue)
                state.parts = [:]
            }
            for (part, level) in parts { state.parts[part] = Logger.Level(rawValue: level.rawValue) }
        }
    }

    func reset() { change { ($0.all, $0.parts) = (nil, [:]) } }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { state in
            body(&state)
            for (part, level) in inForce { level.set(state.level(part)) }
        }
    }

    /// What is in force, and what the configuration says.
    var shown: LogLevelState {
        state.withLock { state in
            LogLevelState(
                parts: LogPart.allCases.map { part in
                    let (level, configured) = (state.level(part), state.configuredLevel(part))
                    return .init(
                        part: part.rawValue, level: level.rawValue, configured: configured.rawValue, changed: level != configured)
                })
        }
    }

    /// A logger of one part, as `peta.PART`.
    func logger(_ label: String) -> Logger {
        let part = LogPart(label: label)
        return Logger(label: "peta.\(part.rawValue)") { label in
            var inner: any LogHandler = StreamLogHandler.standardError(label: label)
            if format == .json { inner = JSONLogHandler(label: label) }
            inner.logLevel = .trace
            // What is said about the webhook itself is not sent there: it would never end.
            let feed = part == .telemetry ? nil : webhook
            return PartHandler(label: label, level: inForce[part] ?? PartLevel(.info), counts: counts, feed: feed, inner: inner)
        }
    }
}

/// The level of one part, asked for with each line.
final class PartLevel: Sendable {
    private let rank: Atomic<Int>

    init(_ level: Logger.Level) { rank = Atomic(Self.rank(level)) }

    var level: Logger.Level { Logger.Level.allCases[rank.load(ordering: .relaxed)] }

    func set(_ level: Logger.Level) { rank.store(Self.rank(level), ordering: .relaxed) }

    static func rank(_ level: Logger.Level) -> Int { Logger.Level.allCases.firstIndex(of: level) ?? 2 }
}

/// How many lines were written at each level.
final class LogCounts: Sendable {
    private let counts = Mutex([UInt64](repeating: 0, count: Logger.Level.allCases.count))

    func count(_ level: Logger.Level) { counts.withLock { $0[PartLevel.rank(level)] += 1 } }

    var all: [(level: String, count: UInt64)] { counts.withLock { zip(Logger.Level.allCases.map(\.rawValue), $0).map { ($0, $1) } } }
}

/// Asks for the level each time, so that a change reaches every logger; counts, and sends on.
private struct PartHandler: LogHandler {
    let label: String
    let level: PartLevel
    let counts: LogCounts
    let feed: LogFeed?
    var inner: any LogHandler
    /// Whoever was given the logger wants no more than this.
    private var floor = Logger.Level.trace

    init(label: String, level: PartLevel, counts: LogCounts, feed: LogFeed?, inner: any LogHandler) {
        self.label = label
        self.level = level
        self.counts = counts
        self.feed = feed
        self.inner = inner
    }

    var logLevel: Logger.Level {
        get { max(level.level, floor) }
        set { floor = newValue }
    }

    var metadata: Logger.Metadata {
        get { inner.metadata }
        set { inner.metadata = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { inner[metadataKey: key] }
        set { inner[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) {
        counts.count(event.level)
        inner.log(event: event)
        if let feed, event.level >= feed.level { feed.put(LogLine.bytes(event, label: label, metadata: inner.metadata)) }
    }
}
