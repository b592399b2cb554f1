internal import Foundation
internal import Logging
internal import PetaAudit
internal import PetaWire

/// One JSON object a line on standard error.
struct JSONLogHandler: LogHandler {
    let label: String
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line: [UInt8] = []
        var object: JSON = [
            "time": .string(Date.now.formatted(.iso8601)), "level": .string(event.level.rawValue), "logger": .string(label),
            "message": .string(event.message.description),
        ]
        for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key })
        where !"\(value)".isEmpty {
            object.set(key: key, value: .string("\(value)"))
        }
        object.write(into: &line)
        line.append(0x0A)
        // One write: lines of several threads do not mix.
        line.withUnsafeBytes { _ = write(2, $0.baseAddress, $0.count) }
    }
}
