package import PetaWire

/// What was said of one thing that a server offers.
package struct ExposureSetting: Hashable, Sendable {
    package var server: String
    package var target: CapabilityName
    package var isExposed: Bool
    /// Nil: nothing was said.
    package var danger: DangerLevel?

    package init(server: String, target: CapabilityName, isExposed: Bool = true, danger: DangerLevel? = nil) {
        self.server = server
        self.target = target
        self.isExposed = isExposed
        self.danger = danger
    }
}

/// Where the settings are kept.
package protocol ExposureStore: Sendable {
    func all() async throws -> [ExposureSetting]

    /// Changes what is said of one thing, in one transaction; nil leaves a part as it is. `limit`: settings that one server may have.
    ///
    /// `committed` gets all settings of the server after the commit and before the next change starts.
    func change(
        _ server: String, _ target: CapabilityName, limit: Int, _ body: @escaping @Sendable (inout ExposureSetting) -> Void,
        committed: @escaping @Sendable ([ExposureSetting]) -> Void
    ) async throws

    /// Forgets all settings of a server.
    func remove(_ server: String, committed: @escaping @Sendable () -> Void) async throws
}
