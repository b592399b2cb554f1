internal import NIOCore
internal import PetaDownstream
internal import PetaWire

/// A client of the modern era as it describes itself with each request.
final class KnownClient: Sendable {
    let name: String?
    let version: String?
    let abilities: ClientAbilities

    init(info: JSON?, capabilities: JSON) {
        name = info?["name"]?.string.map { $0.clipped(to: 64) }
        version = info?["version"]?.string.map { $0.clipped(to: 32) }
        abilities = ClientAbilities(modern: capabilities)
    }
}

/// What the envelope of a modern request says (MCP reference, section 5.1).
struct Envelope {
    let client: KnownClient
    /// Log messages from here on are wanted; none without it.
    let logLevel: LogLevel?
    /// Which style of names this request is answered in.
    let qualifiedNames: Bool

    /// Why an envelope cannot be used.
    struct Refusal: Error {
        let message: String
    }

    /// Reads the envelope of a scanned request. What clients say again and again is read once: `known` remembers it.
    static func read(_ request: EndpointRequest, _ scan: MessageScan, _ known: inout KnownClients, qualified: Bool) throws(Refusal)
        -> Envelope
    {
        let body = request.body
        func byte(_ range: ByteRange) -> UInt8 { body.getInteger(at: body.readerIndex + range.lower) ?? 0 }
        guard !scan.envelopeVersion.isEmpty else { throw Refusal(message: "missing io.modelcontextprotocol/protocolVersion") }
        guard byte(scan.envelopeVersion) == 0x22 else {
            throw Refusal(message: "io.modelcontextprotocol/protocolVersion is not a string")
        }
        guard !scan.clientCapabilities.isEmpty else { throw Refusal(message: "missing io.modelcontextprotocol/clientCapabilities") }
        guard byte(scan.clientCapabilities) == 0x7B else {
            throw Refusal(message: "io.modelcontextprotocol/clientCapabilities is not an object")
        }
        var level: LogLevel?
        if !scan.logLevel.isEmpty {
            guard let name = (try? JSON.parse(body.bytes(scan.logLevel)))?.string, let known = LogLevel(name: name) else {
                throw Refusal(message: "io.modelcontextprotocol/logLevel is no log level")
            }
            level = known
        }
        guard let client = known.client(body, scan) else { throw Refusal(message: "the envelope cannot be read") }
        return Envelope(client: client, logLevel: level, qualifiedNames: qualified)
    }
}

/// The last few clients of one event loop, so that what each of their requests repeats is not taken apart each time.
struct KnownClients {
    private struct Entry {
        let info: [UInt8]
        let capabilities: [UInt8]
        let client: KnownClient
    }
    private var entries: [Entry] = []
    private var next = 0
    /// Clients that are remembered, and how long a description may be for that.
    private static let limit = 8
    private static let lengthLimit = 4096

    mutating func client(_ body: ByteBuffer, _ scan: MessageScan) -> KnownClient? {
        let found = body.withUnsafeReadableBytes { bytes in
            let info = scan.clientInfo.slice(of: bytes)
            let capabilities = scan.clientCapabilities.slice(of: bytes)
            return entries.first { Self.same($0.capabilities, capabilities) && Self.same($0.info, info) }?.client
        }
        if let found { return found }
        let info = body.bytes(scan.clientInfo)
        let capabilities = body.bytes(scan.clientCapabilities)
        guard let parsed = try? JSON.parse(capabilities) else { return nil }
        let client = KnownClient(info: info.isEmpty ? nil : try? JSON.parse(info), capabilities: parsed)
        guard info.count + capabilities.count <= Self.lengthLimit else { return client }
        let entry = Entry(info: info, capabilities: capabilities, client: client)
        if entries.count < Self.limit {
            entries.append(entry)
        } else {
            entries[next] = entry
            next = (next + 1) % Self.limit
        }
        return client
    }

    private static func same(_ a: [UInt8], _ b: UnsafeRawBufferPointer) -> Bool {
        guard a.count == b.count else { return false }
        guard let other = b.baseAddress else { return true }
        return a.withUnsafeBytes { $0.baseAddress.map { memoryEquals($0, other, b.count) } ?? true }
    }
}
