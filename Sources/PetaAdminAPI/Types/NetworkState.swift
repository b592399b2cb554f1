/// The address list: `GET /v1/network`.
package struct NetworkState: Codable, Sendable, Equatable {
    /// `off`, `report` or `enforce`.
    package var mode: String
    package var entries: [NetworkRange]

    package init(mode: String, entries: [NetworkRange]) {
        self.mode = mode
        self.entries = entries
    }
}
