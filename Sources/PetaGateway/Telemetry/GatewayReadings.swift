package import PetaTelemetry

/// What the gateway measures at one moment.
package struct GatewayReadings: Sendable {
    /// What one event loop is doing.
    package struct Loop: Sendable {
        /// Microseconds that passed between asking it and its answer.
        package var lag: Int64
        package var calls: Int
        /// Slots of its journal that are in use.
        package var journal: Int
    }

    /// The numbers of all loops together.
    package let tally: CallTally
    package var loops: [Loop] = []
    package var connections = 0
    package var connectionLimit = 0
    /// Connections that found no place, since the start.
    package var turnedAway: UInt64 = 0
    /// Live sessions by the revision of the protocol.
    package var sessions: [(revision: String, count: Int)] = []
    package var sessionLimit = 0
    /// Open streams by what they are: of sessions, of calls in them, and subscriptions of the modern era.
    package var streams: [(kind: String, count: Int)] = []
    /// Bytes of results in memory.
    package var resultBytes = 0
    package var resultLimit = 0
    package var isReady = false
}
