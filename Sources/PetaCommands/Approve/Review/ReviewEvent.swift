package import PetaAdminAPI

/// What happens to a reviewer.
package enum ReviewEvent: Sendable {
    case key(ReviewKey)
    /// A line that was typed, where keys come as lines.
    case line(String)
    case resized(ReviewSize)
    /// Time goes by; at least once a second.
    case tick
    /// The process was stopped, and goes on.
    case resumed
    /// What `draw` or `drawNew` asked for is on the screen.
    case drawn
    /// The watch is connected: everything that waits will be told, then `ready`.
    case connected
    case told(ApprovalEvent)
    /// The watch broke off, and is tried again.
    case lost(AdminError)
    case answered(Answer)

    /// What became of a request to the gateway.
    package enum Answer: Sendable {
        case decided(ApprovalEntry)
        case undecided(id: String, AdminError)
        case fetched(ApprovalEntry, full: Bool)
        case unfetched(id: String, AdminError)
    }
}

/// What a reviewer's machine wants done.
package enum ReviewAction: Equatable, Sendable {
    /// Show how things are now.
    case draw
    /// Show a request that was not shown before. What was typed so far was not meant for it: it is dropped, then comes `drawn`.
    case drawNew
    case decide(id: String, approve: Bool, reason: String?)
    case fetch(id: String, full: Bool)
    /// Print these lines; only where everything is told line by line.
    case tell([String])
    case suspend
    /// The end, with this exit code.
    case quit(Int32)
}

/// Rows and columns of a terminal.
package struct ReviewSize: Equatable, Sendable {
    package var rows: Int
    package var columns: Int

    package init(rows: Int, columns: Int) {
        self.rows = max(1, rows)
        self.columns = max(1, columns)
    }
}

/// A moment by both clocks: the one on the wall, and one that only goes forward, in milliseconds.
package struct ReviewMoment: Sendable {
    package var wall: Timestamp
    package var steady: Int64

    package init(wall: Timestamp, steady: Int64) {
        self.wall = wall
        self.steady = steady
    }
}
