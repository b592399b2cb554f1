/// Where a task lies.
package struct TaskReference: Hashable, Sendable {
    /// Its server.
    package var server: String
    /// Its id there.
    package var id: String
    /// True if it was begun on a connection of its client's own, where alone it is known.
    package var isDedicated: Bool

    package init(server: String, id: String, isDedicated: Bool = false) {
        self.server = server
        self.id = id
        self.isDedicated = isDedicated
    }
}
