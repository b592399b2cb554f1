internal import Logging
internal import PetaAudit
internal import PetaWire

/// A line of the log as one JSON object: time, level, logger, message, and then what else is known.
enum LogLine {
    /// Bytes of one line at most; what is longer is cut.
    private static let textLimit = 8192

    static func bytes(_ event: LogEvent, label: String, metadata: Logger.Metadata) -> [UInt8] {
        var object: JSON = [
            "time": .string(Timestamp.text(Timestamp.now())), "level": .string(event.level.rawValue), "logger": .string(label),
            "message": .string(cut(event.message.description)),
        ]
        if let error = event.error { object.set(key: "error", value: .string(cut("\(error)"))) }
        for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }) {
            let text = "\(value)"
            guard !text.isEmpty else { continue }
            // None can stand in for what the line itself says.
            object.set(key: reserved.contains(key) ? "\(key)_" : key, value: .string(cut(text)))
        }
        return object.bytes
    }

    private static let reserved: Set = ["time", "level", "logger", "message"]

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > textLimit else { return text }
        return String(decoding: text.utf8.prefix(textLimit), as: UTF8.self) + "…"
    }
}
