/// What a record is about.
package enum AuditKind: String, Sendable, CaseIterable {
    /// A request of an MCP client.
    case call
    /// An administrative act.
    case admin
}
