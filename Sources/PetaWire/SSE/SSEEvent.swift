/// One event of a `text/event-stream`.
package struct SSEEvent: Sendable, Equatable {
    /// The `id` field of this very event; `nil` when it has none.
    package var id: String?
    /// The `event` field; `nil` means `message`.
    package var name: String?
    /// The data, lines joined with LF. Empty data is no message, but the event's `id` and `retry` count.
    package var data: [UInt8]
    /// Milliseconds to wait before reconnecting.
    package var retry: Int?
    /// True if it was over a limit: `data` is only its beginning.
    package var isCut = false

    /// Makes an event.
    package init(id: String? = nil, name: String? = nil, data: [UInt8] = [], retry: Int? = nil) {
        self.id = id
        self.name = name
        self.data = data
        self.retry = retry
    }
}
