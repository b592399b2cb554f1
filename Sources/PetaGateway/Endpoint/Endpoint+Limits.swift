internal import NIOCore
internal import PetaIdentity
internal import PetaWire

/// Rates (docs/decisions/0016-limits.md): asked for each request of a client before it is decided on.
extension Endpoint {
    /// True if the request was refused, and answered, since there were too many.
    @inline(__always) func isOverRate(
        _ request: EndpointRequest, _ scan: MessageScan?, _ session: Session?, _ principal: Principal, _ responder: any Responder
    ) -> Bool {
        guard let over = context.overRate(principal, ip: responder.ip) else { return false }
        context.note(over, principal, address: responder.address, session: session?.shownID)
        var reply = Reply(status: 429, fields: "Retry-After: \(over.seconds)\r\n")
        reply.body = request.body.withUnsafeReadableBytes { bytes in
            RPC.error(
                id: (scan?.id ?? .none).slice(of: bytes), code: -32603, message: "Too many requests: \(over.words)",
                data: Array("{\"retryAfterSeconds\":\(over.seconds)}".utf8))
        }
        responder.reply(reply)
        return true
    }
}
