public import NIOCore
public import PetaWire

/// One request on its way to a server and back. It lives on one event loop: everything on it happens there.
///
/// Subclasses say what becomes of the messages. `ended` or `answered` is called exactly once, and nothing after it.
open class Exchange: @unchecked Sendable {  // Handed between loops only by a hop onto `loop`; touched nowhere else.
    /// Where an exchange stands.
    package enum Phase: Sendable {
        /// Nothing has been written.
        case waiting
        /// The server may have seen it.
        case written
        /// Over.
        case done
    }
    /// What is sent.
    public enum Form: Sendable {
        /// A request with an answer.
        case request
        /// A notification, or a response: no answer but the server's receipt.
        case notification
        /// No message at all: the stream on which an HTTP server speaks by itself.
        case eventStream
        /// No message at all: the end of an HTTP session.
        case endSession
    }

    /// The loop that it lives on.
    package let loop: any EventLoop
    /// Index of the loop among the gateway's.
    package let loopIndex: Int
    /// Peta's own id of the request, unique while the process lives; also its progress token.
    package let id: UInt64
    /// What is sent.
    package let form: Form
    /// The JSON-RPC message, complete; emptied once it is written.
    package internal(set) var payload: ByteBuffer
    /// Header field lines that an HTTP server gets with the message, each with its CRLF.
    package var fields: [UInt8] = []
    /// The trace that an HTTP server is told of, and its `tracestate`. Set before it is sent.
    package var trace: TraceContext?
    package var traceState: [UInt8]?
    /// True if its client hears log messages on the request's own stream and nowhere else. Set before it is sent.
    package var takesLogs = false
    /// Where it stands.
    package private(set) var phase = Phase.waiting
    weak var carrier: (any ExchangeCarrier)?

    /// An exchange that has not begun.
    public init(loop: any EventLoop, loopIndex: Int, id: UInt64, form: Form, payload: ByteBuffer) {
        self.loop = loop
        self.loopIndex = loopIndex
        self.id = id
        self.form = form
        self.payload = payload
    }

    // MARK: for subclasses

    /// The answer. `share` is its part of the result budget; to be kept as long as the message.
    open func answered(_ message: ByteBuffer, _ scan: MessageScan, share: BudgetShare?) {}
    /// A notification that belongs to this request.
    open func notified(_ message: ByteBuffer, _ scan: MessageScan) {}
    /// The server asks its client something because of this request. True: taken, and `respond` will be called with the response.
    open func asked(_ message: ByteBuffer, _ scan: MessageScan) -> Bool { false }
    /// It ended without an answer. For a notification `nil` means: received.
    open func ended(_ failure: DownstreamFailure?) {}
    /// The head of an HTTP answer came: its status, and its `Mcp-Session-Id`.
    open func opened(status: Int, session: String?) {}

    // MARK: for carriers

    func markWritten() {
        if phase == .waiting { phase = .written }
        payload = ByteBuffer()
    }

    func deliver(_ message: ByteBuffer, _ scan: MessageScan, share: BudgetShare?) {
        guard phase != .done else { return }
        phase = .done
        answered(message, scan, share: share)
    }

    func deliverNotification(_ message: ByteBuffer, _ scan: MessageScan) {
        guard phase != .done else { return }
        notified(message, scan)
    }

    /// Offers a request of the server; `refused` if it is not taken. May be called on any loop.
    func deliverRequest(_ message: ByteBuffer, _ scan: MessageScan, refused: @escaping @Sendable () -> Void) {
        guard loop.inEventLoop else { return loop.execute { self.deliverRequest(message, scan, refused: refused) } }
        if phase == .done || !asked(message, scan) { refused() }
    }

    /// Sends the response to a request of the server that this exchange took; dropped where the connection has gone. The exchange itself may be
    /// over: over a pipe nothing says which of a client's requests a question belongs to. On any thread.
    package func respond(_ response: ByteBuffer) {
        guard loop.inEventLoop else { return loop.execute { self.carrier?.respond(response, for: self) } }
        carrier?.respond(response, for: self)
    }

    /// Ends it without an answer. Later calls change nothing.
    package func end(_ failure: DownstreamFailure?) {
        guard phase != .done else { return }
        phase = .done
        ended(failure)
    }

    /// Ends it from this side: the server is told, and an answer that still comes is dropped.
    package func abandon(_ failure: DownstreamFailure) {
        guard phase != .done else { return }
        let carrier = carrier
        end(failure)
        carrier?.abandon(self)
    }
}

extension Exchange {
    /// Tells the server that nobody waits for the answer to this request any more.
    static func cancellation(of exchange: Exchange) -> Exchange {
        let text = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\(exchange.id)}}"
        return Exchange(
            loop: exchange.loop, loopIndex: exchange.loopIndex, id: 0, form: .notification, payload: ByteBuffer(string: text))
    }
}

/// What carries an exchange: a connection, or a queue in front of one.
protocol ExchangeCarrier: AnyObject {
    /// The exchange was ended by this side. Called on the exchange's loop.
    func abandon(_ exchange: Exchange)
    /// Sends a response to something that the server asked. Called on the exchange's loop.
    func respond(_ response: ByteBuffer, for exchange: Exchange)
}

/// A live way to a server: stdio or HTTP.
protocol Link: AnyObject, Sendable {
    /// True once nothing can be sent any more, whatever its owner has noticed yet.
    var isDead: Bool { get }
    /// Which era is spoken on it.
    var era: Era { get }
    /// Sends an exchange. To be called on the exchange's loop.
    func send(_ exchange: Exchange)
    /// Closes everything; exchanges under way end as lost. Completes when nothing is left of it.
    func close() async
}

/// What a link tells its owner. Called on any loop.
protocol LinkOwner: AnyObject, Sendable {
    /// The link ended by itself.
    func linkLost(attempt: Int, why: String)
    /// The server forgot the link's session.
    func linkForgotten(attempt: Int)
    /// The server of a modern link answered as none of its era would. False: that is not looked into. True: `done` is called, once, with
    /// whether it still is of that era.
    func linkDoubted(attempt: Int, _ done: @escaping @Sendable (Bool) -> Void) -> Bool
    /// A notification that belongs to no request: method and `params`.
    func linkNotified(_ method: String, _ params: [UInt8])
    /// The server asked something of a client (any request but `ping`); whether it is answered is decided elsewhere.
    func linkAsked(_ method: String)
    /// A line for the server's log.
    func linkLogged(_ line: String, _ source: LogLine.Source)
}
