package import PetaAdminAPI

/// Explains what the audit has recorded.
package protocol WhyOperations: Sendable {
    /// A record, by its request id or its number. Throws an error with code `not_found` where there is none.
    func why(_ call: String) async throws -> WhyAnswer
}
