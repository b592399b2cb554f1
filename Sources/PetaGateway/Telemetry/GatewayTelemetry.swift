package import PetaTelemetry

/// What the gateway counts for, and where its spans go.
package struct GatewayTelemetry: Sendable {
    /// When servers are told which trace a call is part of.
    package enum Propagation: Sendable {
        /// Never by the gateway; what clients write into `_meta` passes all the same.
        case off
        /// When the client said it, or spans are exported.
        case received
        /// With each call.
        case always
    }

    package var slots = ServerSlots(limit: 100)
    /// Spans on their way out; nil: none are made.
    package var spans: DeliveryQueue<Span>?
    /// Of the traces that begin here, those that are recorded.
    package var ratio = SampleRatio(1)
    package var propagation = Propagation.received

    /// Counts, and exports nothing.
    package init() {}
}
