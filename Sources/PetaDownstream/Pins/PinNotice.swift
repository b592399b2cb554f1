/// News about the tools of a server: one that is no longer as it was accepted, how many more of them are not, or one that was accepted.
package struct PinNotice: Equatable, Sendable {
    /// What is told.
    package enum Event: String, Sendable { case changed, accepted }

    package let event: Event
    package let server: String
    /// The tool's own name; nil for what is not told one by one.
    package let tool: String?
    /// What happened, in plain words without anything that the server wrote, but for names, which are made visible.
    package let text: String
    /// True if the tool is withheld until it is accepted.
    package let isWithheld: Bool
}

/// How many changes of one server's tools are told: a server that changes all the time must not fill log and audit.
struct NoticeBudget {
    /// Of one reading; the others are told together.
    static let each = 20
    /// In a row, and then one in so many seconds.
    static let burst = 64.0
    static let secondsForOne = 10.0

    private var left = Self.burst
    private var last: Double?

    /// How many may be told now, of those that are there.
    ///
    /// - Parameter now: seconds of any one clock.
    mutating func take(_ wanted: Int, now: Double) -> Int {
        left = min(Self.burst, left + max(0, now - (last ?? now)) / Self.secondsForOne)
        last = now
        let given = min(wanted, Int(left))
        left -= Double(given)
        return given
    }
}
