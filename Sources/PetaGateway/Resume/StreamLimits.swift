/// How much of what was sent is kept for one session.
package struct StreamLimits: Sendable, Equatable {
    /// Events, those of all its streams together.
    package var events: Int
    /// Bytes of these events, with what keeping them costs.
    package var bytes: Int
    /// How long an event is kept.
    package var seconds: Int64

    package init(events: Int, bytes: Int, seconds: Int64) {
        self.events = events
        self.bytes = bytes
        self.seconds = seconds
    }
}
