import PetaAdminAPI

/// One message of JSON-RPC, as far as a bridge has to know it; it is passed on as the bytes that it is.
struct BridgeMessage {
    enum Kind: Equatable {
        case request, notification, response
        /// Several messages at once, which the revision 2025-03-26 allows.
        case batch
    }

    let kind: Kind
    /// The ids of the requests in it or, of a response, the id of what it answers: as JSON.
    let ids: [String]
    let method: String?
    /// What the envelope of the modern era names (MCP reference, section 5.1); nil in the legacy era.
    let version: String?
    /// What `Mcp-Name` repeats (section 5.3).
    let name: String?
    /// Of `notifications/cancelled`: the request's id, as JSON.
    let cancelled: String?

    private static let versionKey = "io.modelcontextprotocol/protocolVersion"

    /// nil where this is no message at all.
    init?(_ bytes: [UInt8]) {
        if let elements = ObjectScan.elements(bytes) {
            let messages = elements.compactMap { BridgeMessage(Array(bytes[$0])) }
            guard !messages.isEmpty, messages.count == elements.count else { return nil }
            kind = .batch
            ids = messages.filter { $0.kind == .request }.flatMap(\.ids)
            (method, version, name, cancelled) = (nil, nil, nil, nil)
            return
        }
        guard let message = ObjectScan(bytes) else { return nil }
        let id = message["id"].map { Self.id(bytes, $0) }
        ids = id.map { [$0] } ?? []
        guard let method = message["method"] else {
            guard message["result"] != nil || message["error"] != nil else { return nil }
            kind = .response
            (self.method, version, name, cancelled) = (nil, nil, nil, nil)
            return
        }
        guard let method = ObjectScan.text(bytes, method) else { return nil }
        kind = id == nil ? .notification : .request
        self.method = method
        let params = message["params"].flatMap { ObjectScan(bytes, at: $0.lowerBound) }
        let envelope = params?["_meta"].flatMap { ObjectScan(bytes, at: $0.lowerBound) }
        version = envelope?[Self.versionKey].flatMap { ObjectScan.text(bytes, $0) }
        name = Self.nameMember(of: method).flatMap { params?[$0] }.flatMap { ObjectScan.text(bytes, $0) }
        cancelled = method == "notifications/cancelled" ? params?["requestId"].map { Self.id(bytes, $0) } : nil
    }

    /// The message needs an answer.
    var isAsking: Bool { !ids.isEmpty && kind != .response }

    private static func nameMember(of method: String) -> String? {
        switch method {
        case "tools/call", "prompts/get": "name"
        case "resources/read": "uri"
        case "tasks/get", "tasks/update", "tasks/cancel": "taskId"
        default: nil
        }
    }

    /// One spelling for one id: a string may be written in several ways.
    private static func id(_ bytes: [UInt8], _ range: Range<Int>) -> String {
        let plain = bytes[range]
        guard plain.contains(UInt8(ascii: "\\")), let text = ObjectScan.text(bytes, range) else {
            return String(decoding: plain, as: UTF8.self)
        }
        return String(decoding: JSONWriter.write(.string(text)), as: UTF8.self)
    }

    /// A line that answers `id` with an error.
    static func error(_ id: String, _ code: Int, _ message: String, data: [UInt8]? = nil) -> [UInt8] {
        var line = Array("{\"jsonrpc\":\"2.0\",\"id\":\(id),\"error\":{\"code\":\(code),\"message\":".utf8)
        line += JSONWriter.write(.string(message))
        if let data { line += Array(",\"data\":".utf8) + data }
        return line + Array("}}".utf8)
    }

    /// The same JSON on one line. A line end inside of it can only be white space between tokens.
    static func onOneLine(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(where: { $0 == 0x0A || $0 == 0x0D }) else { return bytes }
        return bytes.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
    }
}
