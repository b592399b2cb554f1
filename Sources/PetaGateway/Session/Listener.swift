internal import NIOCore
internal import PetaIdentity
internal import PetaWire
internal import Synchronization

/// An open `subscriptions/listen` of a client of the modern era (MCP reference, section 5.6): what it asked to be told, and where.
final class Listener: Sendable {
    let principal: Principal
    let kinds: Set<ListKind>
    private let stream: any EventSink
    /// The id of its request, as it was spelled: the subscription's id on every message.
    private let id: [UInt8]

    init(_ principal: Principal, id: [UInt8], kinds: Set<ListKind>, stream: any EventSink) {
        self.principal = principal
        self.id = id
        self.kinds = kinds
        self.stream = stream
    }

    private struct State {
        var isAcknowledged = false
        var waiting: [[UInt8]] = []
    }
    private let state = Mutex(State())
    /// Messages that may wait for the acknowledgement; of equal ones one does.
    private static let waitingLimit = 64

    /// Says what is honoured: the first message, whatever has happened meanwhile.
    func acknowledge(_ honoured: JSON) {
        send(message("notifications/subscriptions/acknowledged", Array("\"notifications\":".utf8) + honoured.bytes))
        let waiting = state.withLock { state in
            state.isAcknowledged = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for message in waiting { send(message) }
    }

    /// Tells it something. `members` of the params besides `_meta`, joined by commas.
    func notify(_ method: String, _ members: [UInt8] = []) {
        let message = message(method, members)
        let isReady = state.withLock { state in
            if state.isAcknowledged { return true }
            if !state.waiting.contains(message), state.waiting.count < Self.waitingLimit { state.waiting.append(message) }
            return false
        }
        if isReady { send(message) }
    }

    private func send(_ message: [UInt8]) { stream.send(ResponseEncoder.event(ByteBuffer(bytes: message))) }

    private func message(_ method: String, _ members: [UInt8]) -> [UInt8] {
        var params = Array("{".utf8)
        params += members
        if !members.isEmpty { params.append(0x2C) }
        params += Array("\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":".utf8) + id + Array("}}".utf8)
        return RPC.notification(method, params: params)
    }

    /// Ends the subscription from this side: the result of its request, and then nothing more.
    func finish() {
        send(
            Array("{\"jsonrpc\":\"2.0\",\"id\":".utf8) + id
                + Array(",\"result\":{\"resultType\":\"complete\",\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":".utf8) + id
                + Array("}}}".utf8))
        stream.finish()
    }
}

/// All open listens, bounded for each user and in all.
final class Listeners: Sendable {
    private struct State {
        var open: [ObjectIdentifier: Listener] = [:]
        var perUser: [String: Int] = [:]
    }
    private let state = Mutex(State())
    private let limit: Int
    private let userLimit: Int

    init(limit: Int, userLimit: Int) {
        self.limit = limit
        self.userLimit = userLimit
    }

    /// False: there are too many.
    func add(_ listener: Listener) -> Bool {
        state.withLock { state in
            let user = listener.principal.userID
            guard state.open.count < limit, state.perUser[user, default: 0] < userLimit else { return false }
            state.perUser[user, default: 0] += 1
            state.open[ObjectIdentifier(listener)] = listener
            return true
        }
    }

    func remove(_ listener: Listener) {
        state.withLock { state in
            guard state.open.removeValue(forKey: ObjectIdentifier(listener)) != nil else { return }
            let left = state.perUser[listener.principal.userID, default: 1] - 1
            state.perUser[listener.principal.userID] = left > 0 ? left : nil
        }
    }

    var count: Int { state.withLock { $0.open.count } }

    /// All, as they are at this moment.
    func all() -> [Listener] { state.withLock { Array($0.open.values) } }
}
