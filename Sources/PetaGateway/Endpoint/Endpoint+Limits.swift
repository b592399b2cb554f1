internal import NIOCore
internal import PetaIdentity
internal import PetaTelemetry
internal import PetaWire

/// Rates (docs/decisions/0016-limits.md): asked for each request of a client before it is decided on, narrowest first, so that what one
/// limit refuses does not use up another.
extension Endpoint {
    /// True if the request was refused, and answered, since there were too many.
    @inline(__always) func isOverRate(
        _ request: EndpointRequest, _ scan: MessageScan?, _ session: Session?, _ principal: Principal, _ responder: any Responder
    ) -> Bool {
        let rates = shared.settings.rates
        let token = principal.tokenID == nil ? .none : principal.allowance.tokenRate ?? rates.token
        let user = principal.allowance.userRate ?? rates.user
        if token.isNone, user.isNone, rates.address.isNone { return false }
        return isOverRate(token: token, user: user, address: rates.address, request, scan, session, principal, responder)
    }

    private func isOverRate(
        token: RateLimit, user: RateLimit, address: RateLimit, _ request: EndpointRequest, _ scan: MessageScan?, _ session: Session?,
        _ principal: Principal, _ responder: any Responder
    ) -> Bool {
        let now = NIODeadline.now().uptimeNanoseconds
        let allowance = principal.allowance
        func refuse(_ who: String, _ source: String, _ limit: RateLimit, _ wait: UInt64) -> Bool {
            let seconds = Self.seconds(wait)
            context.tally.count(.rate)
            context.noteLimited(
                rule: "rate limit", "\(who) may make \(limit) requests", source: source, address: responder.address, principal,
                session: session?.shownID)
            var reply = Reply(status: 429, fields: "Retry-After: \(seconds)\r\n")
            reply.body = request.body.withUnsafeReadableBytes { bytes in
                RPC.error(
                    id: (scan?.id ?? .none).slice(of: bytes), code: -32603,
                    message: "Too many requests: \(who) may make \(limit); try again in \(seconds) s",
                    data: Array("{\"retryAfterSeconds\":\(seconds)}".utf8))
            }
            responder.reply(reply)
            return true
        }
        if let wait = allowance.tokenMeter?.admit(token, now: now) { return refuse("this token", principal.tokenID ?? "", token, wait) }
        if let wait = allowance.usage.meter.admit(user, now: now) {
            if !token.isNone { allowance.tokenMeter?.giveBack() }
            return refuse("this user", principal.userID, user, wait)
        }
        if let ip = responder.ip, let wait = shared.addresses.admit(ip, address, now: now) {
            if !token.isNone { allowance.tokenMeter?.giveBack() }
            if !user.isNone { allowance.usage.meter.giveBack() }
            return refuse("this address", "\(AddressMeters.key(ip))", address, wait)
        }
        return false
    }

    /// For `Retry-After` (RFC 9110, section 10.2.3): whole seconds, at least one.
    static func seconds(_ nanoseconds: UInt64) -> UInt64 { max(1, (nanoseconds + 999_999_999) / 1_000_000_000) }
}
