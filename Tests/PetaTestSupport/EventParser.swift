/// One server-sent event.
package struct StreamEvent: Equatable, Sendable {
    /// The field `event`, or `message`.
    package var name = "message"
    /// The field `id` of this event, if it has one.
    package var id: String?
    /// The fields `data`, joined by line feeds.
    package var data = ""
    /// The field `retry`, in milliseconds.
    package var retry: Int?
}

/// Reads server-sent events from a stream of bytes (HTML Living Standard, 9.2.6). Events without data are given
/// too, since their id counts. Written for the tests on its own, so that the product's reader is not its own witness.
struct EventParser {
    private var line: [UInt8] = []
    private var event = StreamEvent()
    private var data: [String] = []
    private var any = false
    private var afterReturn = false

    /// Takes the next bytes and gives the events that they complete.
    mutating func take(_ bytes: [UInt8]) -> [StreamEvent] {
        var events: [StreamEvent] = []
        for byte in bytes {
            defer { afterReturn = byte == 0x0D }
            if byte == 0x0A && afterReturn { continue }
            guard byte == 0x0A || byte == 0x0D else {
                line.append(byte)
                continue
            }
            endLine(&events)
        }
        return events
    }

    private mutating func endLine(_ events: inout [StreamEvent]) {
        defer { line = [] }
        guard !line.isEmpty else {
            if any {
                event.data = data.joined(separator: "\n")
                events.append(event)
            }
            (event, data, any) = (StreamEvent(), [], false)
            return
        }
        let parts = String(decoding: line, as: UTF8.self).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var value = parts.count > 1 ? String(parts[1]) : ""
        if value.hasPrefix(" ") { value.removeFirst() }
        switch parts[0] {
        case "data": data.append(value)
        case "id": event.id = value
        case "event": event.name = value
        case "retry": event.retry = Int(value)
        default: return
        }
        any = true
    }
}
