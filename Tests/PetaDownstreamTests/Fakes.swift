import NIOCore
import NIOPosix
import PetaDownstream
import PetaWire
import Synchronization

/// Texts without secrets.
struct NoCredentials: Credentials {
    func expand(_ templates: [String]) -> ExpandedTemplates { ExpandedTemplates(texts: templates, redaction: nil) }
}

/// Seals nothing.
struct NoSealer: DefinitionSealer {
    func seal(_ plain: [UInt8], record: String, version: Int) -> [UInt8] { plain }
    func open(_ sealed: [UInt8], record: String, version: Int) -> [UInt8] { sealed }
}

/// Servers in memory.
final class MemoryStore: ServerStore {
    private let servers: Mutex<[String: StoredServer]> = Mutex([:])

    func all() -> [StoredServer] { servers.withLock { $0.values.sorted { $0.id < $1.id } } }

    func insert(_ id: String, version: Int, _ seal: @escaping @Sendable () throws -> [UInt8]) throws -> Bool {
        try servers.withLock { servers in
            guard servers[id] == nil else { return false }
            servers[id] = StoredServer(id: id, version: version, sealed: try seal(), capabilities: nil)
            return true
        }
    }

    func update(_ id: String, version: Int, expected: Int, _ seal: @escaping @Sendable () throws -> [UInt8]) throws -> Bool {
        try servers.withLock { servers in
            guard var found = servers[id], found.version == expected else { return false }
            (found.version, found.sealed) = (version, try seal())
            servers[id] = found
            return true
        }
    }

    func remove(_ id: String) -> Bool { servers.withLock { $0.removeValue(forKey: id) != nil } }

    func save(_ capabilities: [UInt8], server: String) { servers.withLock { $0[server]?.capabilities = capabilities } }
}

/// Pins in memory. Each write fails while `fails` is set, and leaves everything as it was.
final class MemoryPinStore: PinStore {
    struct Full: Error {}
    private struct State {
        var pins: [String: StoredPins] = [:]
        var definitions: [String: [String: [UInt8]]] = [:]
        var fails = false
    }
    private let state = Mutex(State())

    var fails: Bool {
        get { state.withLock { $0.fails } }
        set { state.withLock { $0.fails = newValue } }
    }

    func all() -> [String: StoredPins] { state.withLock { $0.pins } }

    func definitions(_ server: String, _ names: [String]) -> [String: [UInt8]] {
        state.withLock { $0.definitions[server, default: [:]].filter { names.contains($0.key) } }
    }

    func accept(_ server: String, _ pins: [AcceptedTool], gone: [String], at time: Int64) throws {
        try state.withLock { state in
            if state.fails { throw Full() }
            for name in gone { state.pins[server]?.accepted[name] = nil }
            for accepted in pins {
                state.pins[server, default: StoredPins()].accepted[accepted.pin.name] = accepted.pin
                state.definitions[server, default: [:]][accepted.pin.name] = accepted.definition
            }
            if state.pins[server] == nil { state.pins[server] = StoredPins() }
        }
    }

    func told(_ server: String, _ digests: [String: String]) throws {
        try state.withLock { state in
            if state.fails { throw Full() }
            state.pins[server]?.told.merge(digests) { $1 }
        }
    }
}

/// A call as the gateway makes one: it gives the answer whole, and what it says to what the server asks.
final class Call: ClearedExchange, @unchecked Sendable {  // As its superclass: touched on its loop only.
    private var continuation: CheckedContinuation<String, any Error>?
    private let reply: String?

    /// - Parameter reply: members of the response to what the server asks; nil: it takes nothing.
    init(_ tool: String, _ arguments: String, reply: String?, loop: any EventLoop, index: Int, id: UInt64) {
        self.reply = reply
        let text = #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)","arguments":\#(arguments)}}"#
        super.init(Clearance(intent: 0), loop: loop, loopIndex: index, id: id, payload: ByteBuffer(string: text))
    }

    func run(over handle: ServerHandle) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            loop.execute {
                self.continuation = continuation
                handle.send(self)
            }
        }
    }

    override func answered(_ message: ByteBuffer, _ scan: MessageScan, share: BudgetShare?) {
        continuation?.resume(returning: String(buffer: message))
        continuation = nil
    }

    override func asked(_ message: ByteBuffer, _ scan: MessageScan) -> Bool {
        guard let reply else { return false }
        respond(ByteBuffer(string: #"{"jsonrpc":"2.0","id":\#(message.text(scan.id)),\#(reply)}"#))
        return true
    }

    override func ended(_ failure: DownstreamFailure?) {
        continuation?.resume(throwing: failure ?? .lost("ended"))
        continuation = nil
    }
}
