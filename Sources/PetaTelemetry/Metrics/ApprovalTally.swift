import Synchronization

/// What became of requests for approval since the start, and how long people took. Told of each, not counted on the path of a call.
package final class ApprovalTally: Sendable {
    /// What happens to a request.
    package enum Event: String, CaseIterable, Sendable {
        case created, approved, rejected, expired, executed, failed
    }

    private struct State {
        var events = [UInt64](repeating: 0, count: Event.allCases.count)
        var waits = DurationBuckets(DurationBuckets.people)
    }

    private let state = Mutex(State())

    package init() {}

    /// - Parameter waited: microseconds from the request to this, where it was a decision.
    package func count(_ event: Event, waited: Int64? = nil) {
        state.withLock { state in
            for (at, one) in Event.allCases.enumerated() where one == event { state.events[at] += 1 }
            if let waited { state.waits.add(waited) }
        }
    }

    package func write(to out: inout Exposition) {
        let (events, waits) = state.withLock { ($0.events, $0.waits) }
        out.family("peta_approvals", .counter, "What happened to requests for approval.")
        for (at, event) in Event.allCases.enumerated() { out.counter(events[at], [("event", event.rawValue)]) }
        out.family("peta_approval_wait_seconds", .histogram, "Time from a request for approval to its decision.")
        out.histogram(waits)
    }
}
