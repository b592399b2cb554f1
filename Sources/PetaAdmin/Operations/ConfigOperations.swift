package import PetaAdminAPI

/// What an administrator asks of the configuration.
package protocol ConfigOperations: Sendable {
    /// What is in force, and how that differs from what stands in the file by now.
    func running() async throws -> RunningConfiguration
    /// Reads the configuration again. Throws, and then nothing has changed, where anything of it cannot be used.
    func reload() async throws -> ConfigReload
}
