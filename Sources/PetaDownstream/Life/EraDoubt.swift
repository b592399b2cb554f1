/// Whether a modern HTTP server is to be asked for its era once more, as a value: some answers are such as none of that era would give.
///
/// However often a server answers like that, it is asked after pauses that grow; who doubts while it is being asked waits for what comes of it.
package struct EraDoubt: Sendable {
    /// The first pause, and the longest, in seconds.
    package static let shortest = 30.0
    package static let longest = 3600.0
    private var pause = shortest
    private var nextAt = -Double.infinity
    private var isTesting = false

    /// No doubts.
    package init() {}

    /// Whether an error answer gives reason to doubt: of what a modern server refuses with 400, it says by its code that it is modern
    /// (MCP reference, section 5.4).
    package static func isReason(status: Int, code: Int?) -> Bool {
        code == -32022 || status == 400 && ![-32602, -32603, -32020, -32021].contains(code)
    }

    /// There is reason. True: it is being tested, and `tested` follows.
    package mutating func raise(now: Double) -> Bool {
        if isTesting { return true }
        guard now >= nextAt else { return false }
        isTesting = true
        nextAt = now + pause
        pause = min(pause * 2, Self.longest)
        return true
    }

    /// It was asked. A server that did change its era may do so again.
    package mutating func tested(isStill: Bool) {
        isTesting = false
        if !isStill { pause = Self.shortest }
    }
}
