internal import NIOCore
internal import PetaDownstream
internal import PetaWire

/// One answer over HTTP.
struct Reply {
    var status: Int
    /// Field lines besides `Content-Type`, `Content-Length` and `Date`; each ends with CRLF.
    var fields = ""
    /// The body, in up to three pieces, so that a large one is not copied.
    var body = ByteBuffer()
    var middle: ByteBuffer?
    var tail: ByteBuffer?
    /// The answer's part of the result budget, kept until the client has taken it.
    var share: BudgetShare?

    var length: Int { body.readableBytes + (middle?.readableBytes ?? 0) + (tail?.readableBytes ?? 0) }
}

/// Where the answer to one request goes: a connection of the byte-level reader, the full codec's route, or the
/// administrator's test call. Everything happens on `loop`.
protocol Responder: AnyObject {
    /// The peer's address, for the audit.
    var address: String { get }
    /// The same, for limits; nil where the request did not come over the network.
    var ip: IPAddress? { get }
    /// Answers with one body. Ends the request.
    func reply(_ reply: Reply)
    /// Begins an event stream (200).
    func openStream()
    /// Sends one event with this message. Only after `openStream`.
    func event(_ message: ByteBuffer)
    /// Ends the event stream and with it the request. `share` as in `Reply`.
    func closeStream(share: BudgetShare?)
    /// Calls `gone` when the client closes the connection before the answer is complete; nil takes that back.
    func onGone(_ gone: (() -> Void)?)
    /// Sends events of a session that are written out already. Only after `openStream`.
    func events(_ events: ByteBuffer)
    /// Ends the event stream, and the connection with it: another one carries the stream now.
    func dropStream()
}

extension Responder {
    var ip: IPAddress? { nil }
}
