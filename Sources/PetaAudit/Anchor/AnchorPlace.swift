/// Somewhere else, where an anchor is put.
package protocol AnchorPlace: Sendable {
    /// What it is, for an operator; holds no secret.
    var description: String { get }
    /// Puts the line there. Must end in bounded time.
    /// - Throws: ``AnchorFailure``.
    func put(_ anchor: AuditAnchor) async throws(AnchorFailure)
}

/// Why an anchor could not be put somewhere, in words for an operator.
package struct AnchorFailure: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
