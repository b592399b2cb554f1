package import PetaAdminAPI

/// Looks whether all is well.
package protocol DoctorOperations: Sendable {
    /// Everything that was looked at. Bounded in time unless `full`.
    func examine(full: Bool) async -> [DoctorFinding]
}
