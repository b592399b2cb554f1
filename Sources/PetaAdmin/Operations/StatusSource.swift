package import PetaAdminAPI

/// Tells how the gateway is.
package protocol StatusSource: Sendable {
    /// The state of this moment. Must answer also when the vault is sealed or the audit cannot be written.
    func status() async throws -> GatewayStatus
}
