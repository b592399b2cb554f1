internal import NIOCore
internal import PetaIdentity
internal import PetaTelemetry
internal import PetaWire

/// A request over a rate.
struct OverRate: Sendable {
    /// Such as `this user`.
    let who: String
    /// Whose rate it is, for counting what is refused.
    let source: String
    let limit: RateLimit
    /// For `Retry-After`.
    let seconds: UInt64

    init(_ who: String, _ source: String, _ limit: RateLimit, nanoseconds: UInt64) {
        self.who = who
        self.source = source
        self.limit = limit
        seconds = Self.seconds(nanoseconds)
    }

    /// For `Retry-After` (RFC 9110, section 10.2.3): whole seconds, at least one.
    static func seconds(_ nanoseconds: UInt64) -> UInt64 { max(1, (nanoseconds + 999_999_999) / 1_000_000_000) }

    var words: String { "\(who) may make \(limit); try again in \(seconds) s" }
}

extension LoopContext {
    /// Counts a request of a client; what it is over, if it is. Narrowest first, so that what one limit refuses does not use up another.
    @inline(__always) func overRate(_ principal: Principal, ip: IPAddress?) -> OverRate? {
        let rates = settings.rates
        let token = principal.tokenID == nil ? .none : principal.allowance.tokenRate ?? rates.token
        let user = principal.allowance.userRate ?? rates.user
        if token.isNone, user.isNone, rates.address.isNone { return nil }
        return overRate(token: token, user: user, address: rates.address, principal, ip)
    }

    private func overRate(token: RateLimit, user: RateLimit, address: RateLimit, _ principal: Principal, _ ip: IPAddress?) -> OverRate? {
        let now = NIODeadline.now().uptimeNanoseconds
        let allowance = principal.allowance
        if let wait = allowance.tokenMeter?.admit(token, now: now) {
            return OverRate("this token", principal.tokenID ?? "", token, nanoseconds: wait)
        }
        if let wait = allowance.usage.meter.admit(user, now: now) {
            if !token.isNone { allowance.tokenMeter?.giveBack() }
            return OverRate("this user", principal.userID, user, nanoseconds: wait)
        }
        if let ip, let wait = shared.addresses.admit(ip, address, now: now) {
            if !token.isNone { allowance.tokenMeter?.giveBack() }
            if !user.isNone { allowance.usage.meter.giveBack() }
            return OverRate("this address", "\(AddressMeters.key(ip))", address, nanoseconds: wait)
        }
        return nil
    }

    /// Records the refusal, or counts it. On `loop`.
    func note(_ over: OverRate, _ principal: Principal, address: String, session: String? = nil) {
        tally.count(.rate)
        noteLimited(
            rule: "rate limit", "\(over.who) may make \(over.limit) requests", source: over.source, address: address, principal,
            session: session)
    }
}
