internal import NIOCore
internal import PetaWire

/// A `subscriptions/listen` (MCP 2026-07-28; MCP reference, section 5.6): lives until the server ends it, the link does, or this side
/// abandons it. What does not carry its id is dropped.
final class ListenExchange: Exchange, @unchecked Sendable {  // As its superclass: touched on its loop only.
    /// What a server says on it.
    enum Event: Sendable {
        /// It listens from now on, for these. Said once.
        case acknowledged(Honoured)
        /// Something that it was asked to tell: method, and `params` without the server's `_meta`.
        case told(String, [UInt8])
        /// It is over.
        case ended(ListenMachine.Ending)
    }

    /// What a server tells of that which it was asked to tell.
    struct Honoured: Sendable {
        /// Lists whose changes it tells: `tools`, `prompts`, `resources`.
        var lists: Set<String> = []
        /// Resources whose updates it tells.
        var uris: Set<String> = []

        /// From the `params` of an acknowledgement.
        init(_ params: JSON?) {
            let said = params?["notifications"]
            for kind in ["tools", "prompts", "resources"] where said?["\(kind)ListChanged"]?.bool == true { lists.insert(kind) }
            uris = Set(said?["resourceSubscriptions"]?.array?.compactMap(\.string) ?? [])
        }
    }

    /// A notification of changes is small.
    private static let messageLimit = 65_536
    private static let methods: Set<String> = [
        "notifications/tools/list_changed", "notifications/prompts/list_changed", "notifications/resources/list_changed",
        "notifications/resources/updated",
    ]
    private let event: @Sendable (Event) -> Void
    private var isAcknowledged = false
    /// An acknowledgement says no more than was asked, however it is spelled.
    private let acknowledgementLimit: Int

    init(loop: any EventLoop, loopIndex: Int, id: UInt64, payload: [UInt8], event: @escaping @Sendable (Event) -> Void) {
        self.event = event
        acknowledgementLimit = 6 * payload.count + Self.messageLimit
        super.init(loop: loop, loopIndex: loopIndex, id: id, form: .request, payload: ByteBuffer(bytes: payload))
    }

    /// The id of the listen that a notification names, where it is one of Peta's: a number.
    static func subscription(_ message: ByteBuffer, _ scan: MessageScan) -> UInt64? {
        guard scan.meta.count <= messageLimit, !scan.meta.isEmpty,
            case .number(let text)? = (try? JSON.parse(message.bytes(scan.meta)))?[Envelope.subscriptionID]
        else { return nil }
        return UInt64(text)
    }

    override func notified(_ message: ByteBuffer, _ scan: MessageScan) {
        guard Self.subscription(message, scan) == id else { return }
        let method = message.text(scan.method)
        if method == "notifications/subscriptions/acknowledged" { return acknowledged(message, scan) }
        guard Self.methods.contains(method), scan.params.count <= Self.messageLimit,
            var params = try? JSON.parse(message.bytes(scan.params))
        else { return }
        params.remove("_meta")
        event(.told(method, params.bytes))
    }

    private func acknowledged(_ message: ByteBuffer, _ scan: MessageScan) {
        guard !isAcknowledged else { return }
        isAcknowledged = true
        let limits = JSONLimits(bytes: acknowledgementLimit, nodes: 65_536)
        event(.acknowledged(Honoured(try? JSON.parse(message.bytes(scan.params), limits: limits))))
    }

    override func answered(_ message: ByteBuffer, _ scan: MessageScan, share: BudgetShare?) {
        let error = scan.kind == .error ? try? JSON.parse(message.bytes(scan.error)) : nil
        switch error?["code"]?.int {
        case -32601: event(.ended(.unknown))
        case -32602: event(.ended(.refused))
        default: event(.ended(.over))
        }
    }

    override func ended(_ failure: DownstreamFailure?) { event(.ended(.over)) }
}
