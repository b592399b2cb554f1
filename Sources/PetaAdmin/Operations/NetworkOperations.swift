package import PetaAdminAPI
package import PetaIdentity

/// What an administrator does with the address list. Whatever changes something is in force when it returns, also for open streams.
package protocol NetworkOperations: Sendable {
    func network() async throws -> NetworkState
    /// Adding what stands there already is no error.
    func allow(_ range: NewNetworkRange, as principal: Principal) async throws -> NetworkRange
    /// Throws an error with code `not_found`; and `not_permitted`, unless confirmed, where every client would be shut out.
    func disallow(_ range: String, workspace: String?, confirmed: Bool) async throws
    /// Throws an error with code `not_permitted`, unless confirmed, where every client would be shut out.
    func setMode(_ mode: String, confirmed: Bool) async throws -> NetworkState
}
