internal import Glibc
internal import Logging

/// One JSON object a line on standard error.
struct JSONLogHandler: LogHandler {
    let label: String
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    init(label: String) { self.label = label }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = LogLine.bytes(event, label: label, metadata: metadata)
        line.append(0x0A)
        // One write: lines of several threads do not mix.
        line.withUnsafeBytes { _ = write(2, $0.baseAddress, $0.count) }
    }
}
