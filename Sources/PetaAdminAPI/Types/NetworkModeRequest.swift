/// The body of `PUT /v1/network/mode`.
package struct NetworkModeRequest: Codable, Sendable, Equatable {
    /// `off`, `report` or `enforce`.
    package var mode: String
    /// True: also where that shuts every client out.
    package var confirmed: Bool?

    package init(mode: String, confirmed: Bool? = nil) {
        self.mode = mode
        self.confirmed = confirmed
    }
}
