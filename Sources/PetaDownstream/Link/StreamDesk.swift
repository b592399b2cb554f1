internal import NIOCore
internal import PetaWire
internal import Synchronization

/// Exchanges that share one stream and are told apart by their ids: what stdio and HTTP+SSE have in common.
final class StreamDesk: @unchecked Sendable {  // Touched on `home` only, but for what never changes.
    /// Requests for roots that wait for the first call of a client; more are refused.
    static let heldLimit = 4
    /// The largest of them, in bytes.
    static let heldBytes = 4096
    /// Lines that are no messages and are put into the log; the rest is dropped silently.
    static let garbageLimit = 100

    private let home: any EventLoop
    private let budget: ResultBudget
    /// True where everything that is sent comes from one client, so that what the server asks can be asked of it.
    let isDedicated: Bool
    private let source: LogLine.Source
    private weak let owner: (any LinkOwner)?
    /// Who sends replies to what the server asks.
    weak var voice: (any StreamVoice)?
    private let spoken = Mutex(Era.legacy(Handshake.versions[0]))
    private var underWay: [UInt64: Exchange] = [:]
    /// When each of them was begun, counted: ids of different loops say nothing about it.
    private var turns: [UInt64: UInt64] = [:]
    private var begun: UInt64 = 0
    private var held: [(message: ByteBuffer, scan: MessageScan)] = []
    private var garbage = 0

    /// - Parameter source: what lines that are no messages are logged as.
    init(home: any EventLoop, budget: ResultBudget, isDedicated: Bool, source: LogLine.Source, owner: any LinkOwner) {
        self.home = home
        self.budget = budget
        self.isDedicated = isDedicated
        self.source = source
        self.owner = owner
    }

    /// The era that is spoken; known only behind the handshake. On any thread.
    var era: Era {
        get { spoken.withLock { $0 } }
        set { spoken.withLock { $0 = newValue } }
    }

    private var isModern: Bool { era.isModern }

    /// Does something with an exchange on its own loop.
    func on(_ exchange: Exchange, _ body: @escaping @Sendable (Exchange) -> Void) {
        if exchange.loop.inEventLoop { body(exchange) } else { exchange.loop.execute { body(exchange) } }
    }

    // MARK: what is sent

    /// A request that is about to be written waits for its answer.
    func begin(_ exchange: Exchange) {
        begun += 1
        turns[exchange.id] = begun
        underWay[exchange.id] = exchange
    }

    /// The exchange with this id, which is under way no more.
    private func remove(_ id: UInt64) -> Exchange? {
        turns.removeValue(forKey: id)
        return underWay.removeValue(forKey: id)
    }

    private func isOlder(_ one: Exchange, _ other: Exchange) -> Bool { turns[one.id, default: 0] < turns[other.id, default: 0] }

    /// It has been written: now the client behind it can be asked what the server wanted to know before.
    func written(_ exchange: Exchange) {
        on(exchange) { $0.markWritten() }
        guard !held.isEmpty, exchange is ClearedExchange else { return }
        let asked = held
        held = []
        for (message, scan) in asked { offer(message, scan, to: exchange) }
    }

    /// Nobody waits for the answer to this id any more.
    func drop(_ id: UInt64) { _ = remove(id) }

    /// One request ends without an answer.
    func end(_ id: UInt64, _ failure: DownstreamFailure) {
        guard let exchange = remove(id) else { return }
        on(exchange) { $0.end(failure) }
    }

    /// The stream has ended, and with it everything on it.
    func endAll(_ failure: DownstreamFailure) {
        let lost = underWay
        underWay = [:]
        turns = [:]
        held = []
        for exchange in lost.values { on(exchange) { $0.end(failure) } }
    }

    /// Refuses what waits for a call that will not come.
    func refuseHeld() {
        let asked = held
        held = []
        for (message, scan) in asked { refuse(message, scan) }
    }

    // MARK: what comes

    /// A whole message. What is none is logged and dropped: many programs print something.
    func take(_ message: ByteBuffer) {
        let scan: MessageScan
        do throws(ScanFailure) {
            scan = try message.scanMessage()
        } catch {
            return logGarbage("not a message: " + String(decoding: message.readableBytesView.prefix(8192), as: UTF8.self))
        }
        switch scan.kind {
        case .result, .error:
            guard let id = message.number(scan.id), let exchange = remove(id) else {
                owner?.linkLogged("an answer that nobody waits for was dropped", .gateway)
                return
            }
            let share = message.readableBytes > ResultBudget.free ? budget.take(message.readableBytes) : nil
            on(exchange) { $0.deliver(message, scan, share: share) }
        case .notification:
            let method = message.text(scan.method)
            if method == "notifications/progress" {
                guard let id = message.number(scan.progressToken), let exchange = underWay[id] else { return }
                on(exchange) { $0.deliverNotification(message, scan) }
            } else if isModern, method != "notifications/message" {
                // What is no listen's is nobody's.
                guard let id = ListenExchange.subscription(message, scan), let exchange = underWay[id] as? ListenExchange else { return }
                on(exchange) { $0.deliverNotification(message, scan) }
            } else {
                if method == "notifications/message", let call = listeningCall { on(call) { $0.deliverNotification(message, scan) } }
                // Of the modern era a log message belongs to a request: nobody else is told.
                if isModern { return }
                owner?.linkNotified(method, message.bytes(scan.params))
            }
        case .request where isModern: return  // Not allowed there, and so never answered.
        case .request: ask(message, scan)
        }
    }

    /// The call that gets a log message of which nothing says whose it is, if its client wants some: the newest on a connection of one
    /// client, and else the only one that is under way.
    private var listeningCall: Exchange? {
        var newest: Exchange?
        var count = 0
        for exchange in underWay.values where exchange is ClearedExchange {
            count += 1
            if newest.map({ isOlder($0, exchange) }) ?? true { newest = exchange }
        }
        guard isDedicated || count == 1 else { return nil }
        return newest?.takesLogs == true ? newest : nil
    }

    /// Something that is of no use: the first are kept, so that somebody can see them.
    func logGarbage(_ line: String) {
        garbage += 1
        if garbage <= Self.garbageLimit { owner?.linkLogged(line, source) }
    }

    /// A message over the limit began with these bytes: tell who waits for it, if they say who that is.
    func take(tooLong beginning: ByteBuffer) {
        owner?.linkLogged("a message over limits.resultBytes was dropped", .gateway)
        let text = String(decoding: beginning.readableBytesView, as: UTF8.self)
        guard let at = text.firstRange(of: "\"id\":") else { return }
        let digits = text[at.upperBound...].drop { $0 == " " }.prefix { $0.isNumber }
        if let id = UInt64(digits) { end(id, .tooLarge) }
    }

    private func ask(_ message: ByteBuffer, _ scan: MessageScan) {
        let method = message.text(scan.method)
        guard method != "ping" else { return refuse(message, scan) }
        owner?.linkAsked(method)
        guard isDedicated else { return refuse(message, scan) }
        // Nothing says to which call it belongs; on a connection of one client the newest will do.
        if let newest = underWay.values.filter({ $0 is ClearedExchange }).max(by: isOlder) {
            offer(message, scan, to: newest)
        } else if method == "roots/list", held.count < Self.heldLimit, message.readableBytes <= Self.heldBytes {
            // Many ask right behind the handshake, and the call that woke them is about to be written.
            held.append((message, scan))
        } else {
            refuse(message, scan)
        }
    }

    private func offer(_ message: ByteBuffer, _ scan: MessageScan, to exchange: Exchange) {
        exchange.deliverRequest(message, scan) { [self] in home.execute { self.refuse(message, scan) } }
    }

    private func refuse(_ message: ByteBuffer, _ scan: MessageScan) {
        voice?.say(ServerRequests.reply(message, scan, isDedicated: isDedicated))
    }
}

/// A stream that can be spoken to.
protocol StreamVoice: AnyObject {
    /// Sends a message that nobody waits for an answer to; dropped where the server does not read. On the stream's own loop.
    func say(_ message: ByteBuffer)
}
