/// Where a task lies.
struct TaskReference: Hashable, Sendable {
    /// Its server.
    var server: String
    /// Its id there.
    var id: String
    /// True if it was begun on a connection of its client's own, where alone it is known.
    var isDedicated = false
}
