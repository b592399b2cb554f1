/// What becomes of tools whose definitions are no longer those that were accepted.
package enum PinMode: String, Codable, Sendable, CaseIterable {
    /// A changed or new tool is neither listed nor called until it is accepted.
    case strict
    /// It is listed and called, and told of.
    case warn
    /// Nothing is compared. What was accepted stays on record.
    case off
}
