internal import NIOCore
internal import PetaWire

/// A `subscriptions/listen` (MCP 2026-07-28; MCP reference, section 5.6): lives until the server ends it, the link does, or this side
/// abandons it. What does not carry its id is dropped.
final class ListenExchange: Exchange, @unchecked Sendable {  // As its superclass: touched on its loop only.
    /// What a server says on it.
    enum Event: Sendable {
        /// It listens from now on.
        case acknowledged
        /// Something that it was asked to tell: method, and `params` without the server's `_meta`.
        case told(String, [UInt8])
        /// It is over. `forGood`: asking again would be answered the same.
        case ended(forGood: Bool)
    }

    /// A notification of changes is small.
    private static let messageLimit = 65_536
    private static let methods: Set<String> = [
        "notifications/tools/list_changed", "notifications/prompts/list_changed", "notifications/resources/list_changed",
        "notifications/resources/updated",
    ]
    private let event: @Sendable (Event) -> Void

    init(loop: any EventLoop, loopIndex: Int, id: UInt64, payload: [UInt8], event: @escaping @Sendable (Event) -> Void) {
        self.event = event
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
        if method == "notifications/subscriptions/acknowledged" { return event(.acknowledged) }
        guard Self.methods.contains(method), scan.params.count <= Self.messageLimit,
            var params = try? JSON.parse(message.bytes(scan.params))
        else { return }
        params.remove("_meta")
        event(.told(method, params.bytes))
    }

    override func answered(_ message: ByteBuffer, _ scan: MessageScan, share: BudgetShare?) {
        let error = scan.kind == .error ? try? JSON.parse(message.bytes(scan.error)) : nil
        event(.ended(forGood: [-32601, -32602].contains(error?["code"]?.int)))
    }

    override func ended(_ failure: DownstreamFailure?) { event(.ended(forGood: false)) }
}
