/// Reads an event stream piece by piece (MCP reference, section 4.5).
struct EventReader {
    /// The id of the last whole event that had one: where a stream can be taken up again.
    private(set) var lastID: String?
    /// How long to wait before a stream is taken up again, in milliseconds, if the gateway said.
    private(set) var retry: Int?

    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var id: String?
    private var endedWithCR = false
    private let limit: Int

    struct TooLarge: Error {}

    /// `limit`: bytes of one event.
    init(limit: Int) {
        self.limit = limit
    }

    /// The data of the events that are whole now. Events without data are none, but their id counts.
    mutating func take(_ bytes: ArraySlice<UInt8>) throws(TooLarge) -> [[UInt8]] {
        var events: [[UInt8]] = []
        var rest = bytes
        if endedWithCR, rest.first == 0x0A { rest = rest.dropFirst() }
        if !rest.isEmpty { endedWithCR = false }
        while let end = rest.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) {
            line += rest[..<end]
            guard line.count + data.count <= limit else { throw TooLarge() }
            let next = rest.index(after: end)
            if rest[end] == 0x0D {
                endedWithCR = next == rest.endIndex
                rest = rest[(next < rest.endIndex && rest[next] == 0x0A ? next + 1 : next)...]
            } else {
                rest = rest[next...]
            }
            if let event = endLine() { events.append(event) }
        }
        line += rest
        guard line.count + data.count <= limit else { throw TooLarge() }
        return events
    }

    private mutating func endLine() -> [UInt8]? {
        defer { line.removeAll(keepingCapacity: line.count < 65_536) }
        guard !line.isEmpty else {
            defer {
                data = []
                hasData = false
                id = nil
            }
            if let id { lastID = id }
            return data.isEmpty ? nil : data
        }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[min(colon + 1, line.endIndex)...]
        if value.first == 0x20 { value = value.dropFirst() }
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "data":
            if hasData { data.append(0x0A) }
            data += value
            hasData = true
        case "id":
            // It goes into a header field: what cannot stand there is no id of ours.
            if value.count <= 1024, value.allSatisfy({ (0x21...0x7E).contains($0) }) { id = String(decoding: value, as: UTF8.self) }
        case "retry":
            if value.count <= 9, let number = Int(String(decoding: value, as: UTF8.self)), number >= 0 { retry = number }
        default: break
        }
        return nil
    }
}
