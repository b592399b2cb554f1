/// What one event loop has counted. Counting takes no lock and, once a server is known, no memory; whoever wants the sum asks each loop in
/// turn to add its numbers to a fresh one.
package final class CallTally: @unchecked Sendable {  // Touched by one owner at a time: a loop, or whoever adds up.
    private struct Server {
        var calls = [UInt64](repeating: 0, count: CallMethod.allCases.count * CallOutcome.allCases.count)
        var durations = DurationBuckets()
        var downstream = DurationBuckets()
    }

    private let slots: ServerSlots
    private var servers: [Server] = []
    private var known: [String: Int] = [:]
    private var decided = [UInt64](repeating: 0, count: CallDecision.allCases.count * DecisionLayer.allCases.count)
    private var rejected = [UInt64](repeating: 0, count: Rejection.allCases.count)
    private var asked = [UInt64](repeating: 0, count: RequestEra.allCases.count)
    package private(set) var bytesIn: UInt64 = 0
    package private(set) var bytesOut: UInt64 = 0

    /// Names that are remembered here; servers come and go.
    private static let knownLimit = 2048

    package init(_ slots: ServerSlots) { self.slots = slots }

    // MARK: counting

    /// Counts one call that has ended.
    ///
    /// - Parameters:
    ///   - duration: microseconds from request to answer; nil where it is not to count as a time, since a person was waited for or nothing ran.
    ///   - downstream: microseconds at the server; nil where nothing was sent.
    package func count(
        server: String?, method: CallMethod, outcome: CallOutcome, duration: Int64?, downstream: Int64?, bytesIn: Int64, bytesOut: Int64
    ) {
        let slot = server.map(slot) ?? 0
        while servers.count <= slot { servers.append(Server()) }
        servers[slot].calls[method.rawValue * CallOutcome.allCases.count + outcome.index] &+= 1
        if let duration { servers[slot].durations.add(duration) }
        if let downstream { servers[slot].downstream.add(downstream) }
        self.bytesIn &+= UInt64(max(0, bytesIn))
        self.bytesOut &+= UInt64(max(0, bytesOut))
    }

    package func count(_ decision: CallDecision, by layer: DecisionLayer) {
        decided[decision.index * DecisionLayer.allCases.count + layer.index] &+= 1
    }

    package func count(_ rejection: Rejection) { rejected[rejection.rawValue] &+= 1 }

    package func count(_ era: RequestEra) { asked[era.index] &+= 1 }

    private func slot(_ server: String) -> Int {
        if let slot = known[server] { return slot }
        if known.count >= Self.knownLimit { known = [:] }
        let slot = slots.slot(of: server)
        known[server] = slot
        return slot
    }

    /// Adds these numbers to `sum`. They are read where they stand: a copy would make the next call allocate.
    package func add(to sum: CallTally) {
        while sum.servers.count < servers.count { sum.servers.append(Server()) }
        for slot in servers.indices {
            for at in servers[slot].calls.indices { sum.servers[slot].calls[at] &+= servers[slot].calls[at] }
            sum.servers[slot].durations.merge(servers[slot].durations)
            sum.servers[slot].downstream.merge(servers[slot].downstream)
        }
        for at in decided.indices { sum.decided[at] &+= decided[at] }
        for at in rejected.indices { sum.rejected[at] &+= rejected[at] }
        for at in asked.indices { sum.asked[at] &+= asked[at] }
        sum.bytesIn &+= bytesIn
        sum.bytesOut &+= bytesOut
    }

    // MARK: reading

    package func rejections(_ rejection: Rejection) -> UInt64 { rejected[rejection.rawValue] }

    /// Writes all families that are counted here.
    ///
    /// - Parameter elsewhere: rejections that no loop has counted.
    package func write(to out: inout Exposition, elsewhere: [Rejection: UInt64] = [:]) {
        let names = slots.all
        out.family("peta_calls", .counter, "Calls by server, method and how they ended: one for each record of a call in the audit.")
        for (slot, server) in servers.enumerated() {
            for method in CallMethod.allCases {
                for outcome in CallOutcome.allCases {
                    let count = server.calls[method.rawValue * CallOutcome.allCases.count + outcome.index]
                    guard count > 0 else { continue }
                    out.counter(count, [("server", names[slot]), ("method", method.name), ("outcome", outcome.rawValue)])
                }
            }
        }
        out.family(
            "peta_call_duration_seconds", .histogram,
            "Time from a call's request to its answer. Calls that waited for an approval are not in it.")
        histograms(&out, names, \.durations)
        out.family("peta_downstream_duration_seconds", .histogram, "Time that a call spent at its server, its start included.")
        histograms(&out, names, \.downstream)
        out.family("peta_call_bytes", .counter, "Bytes of requests and answers of calls.")
        out.counter(bytesIn, [("direction", "in")])
        out.counter(bytesOut, [("direction", "out")])
        out.family("peta_decisions", .counter, "What was decided about calls, and what decided it.")
        for decision in CallDecision.allCases {
            for layer in DecisionLayer.allCases {
                let count = decided[decision.index * DecisionLayer.allCases.count + layer.index]
                // What can happen at all is there from the start, so that a rate over it has a beginning.
                guard count > 0 || Self.isUsual(decision, layer) else { continue }
                out.counter(count, [("decision", decision.rawValue), ("by", layer.rawValue)])
            }
        }
        out.family("peta_requests", .counter, "JSON-RPC messages of clients by the era of the protocol.")
        for era in RequestEra.allCases { out.counter(asked[era.index], [("era", era.rawValue)]) }
        out.family("peta_rejected_requests", .counter, "Requests that were turned away before they were calls, by reason.")
        for rejection in Rejection.allCases {
            out.counter(rejections(rejection) &+ elsewhere[rejection, default: 0], [("reason", rejection.name)])
        }
    }

    private static func isUsual(_ decision: CallDecision, _ layer: DecisionLayer) -> Bool {
        switch (decision, layer) {
        case (.allow, .none), (.allow, .policy), (.deny, .target), (.deny, .rights), (.deny, .policy), (.requireApproval, .policy),
            (.requireApproval, .danger):
            true
        default: false
        }
    }

    private func histograms(_ out: inout Exposition, _ names: [String], _ place: KeyPath<Server, DurationBuckets>) {
        for (slot, server) in servers.enumerated() where server[keyPath: place].count > 0 {
            out.histogram(server[keyPath: place], [("server", names[slot])])
        }
    }
}
