internal import Logging
internal import PetaAdminAPI
internal import Synchronization

/// Makes the daemon's loggers and lets their level change while it runs.
final class LogLevels: Sendable {
    private let level: Mutex<Logger.Level>
    private let format: LogFormat

    init(_ settings: ServeSettings.Logging) {
        level = Mutex(Logger.Level(rawValue: settings.level.rawValue) ?? .info)
        format = settings.format
    }

    func set(_ settings: ServeSettings.Logging) {
        level.withLock { $0 = Logger.Level(rawValue: settings.level.rawValue) ?? .info }
    }

    var current: Logger.Level { level.withLock { $0 } }

    /// A logger of one part.
    func logger(_ label: String) -> Logger {
        Logger(label: label) { label in
            var inner: any LogHandler = StreamLogHandler.standardError(label: label)
            if self.format == .json { inner = JSONLogHandler(label: label) }
            inner.logLevel = .trace
            return LevelHandler(levels: self, inner: inner)
        }
    }
}

/// Asks for the level each time, so that a change reaches every logger.
private struct LevelHandler: LogHandler {
    let levels: LogLevels
    var inner: any LogHandler

    var logLevel: Logger.Level {
        get { levels.current }
        set {}
    }

    var metadata: Logger.Metadata {
        get { inner.metadata }
        set { inner.metadata = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { inner[metadataKey: key] }
        set { inner[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) { inner.log(event: event) }
}
