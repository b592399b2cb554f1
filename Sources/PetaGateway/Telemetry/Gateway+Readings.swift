internal import NIOCore
internal import PetaAudit
internal import PetaDownstream
internal import PetaTelemetry
internal import Synchronization

extension Gateway {
    /// Asks every loop in turn; takes as long as the slowest needs to answer.
    package func readings() async -> GatewayReadings {
        let sum = CallTally(shared.telemetry.slots)
        var readings = GatewayReadings(tally: sum)
        for context in contexts {
            let asked = NIODeadline.now()
            readings.loops.append(
                await onLoop(context) { context in
                    context.tally.add(to: sum)
                    return .init(
                        lag: (NIODeadline.now() - asked).nanoseconds / 1000, calls: context.calls.count, journal: context.lane.used)
                })
        }
        readings.connections = shared.connections.load(ordering: .relaxed)
        readings.connectionLimit = shared.settings.connections
        readings.turnedAway = shared.turnedAway.load(ordering: .relaxed)
        var revisions: [ProtocolRevision: Int] = [:]
        var (general, calls) = (0, 0)
        for session in shared.sessions.all() {
            revisions[session.revision, default: 0] += 1
            let open = session.streams.open
            if open.general { general += 1 }
            calls += open.calls
        }
        readings.sessions = ProtocolRevision.allCases.map { ($0.rawValue, revisions[$0] ?? 0) }
        readings.sessionLimit = shared.settings.sessions
        readings.streams = [("session", general), ("call", calls), ("subscription", shared.listeners.count)]
        (readings.resultBytes, readings.resultLimit) = (shared.budget.used, shared.budget.limit)
        readings.isReady = shared.ready.load(ordering: .acquiring) && !shared.draining.load(ordering: .relaxed)
        return readings
    }
}
