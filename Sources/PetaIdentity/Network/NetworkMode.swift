/// What the address list does.
package enum NetworkMode: String, Sendable, CaseIterable {
    /// Nothing: clients may come from everywhere.
    case off
    /// Who would be refused is recorded and let in.
    case report
    /// Who is not on the list is refused.
    case enforce
}
