package import PetaAdminAPI

/// What the executable gives to the commands: the parts that only it can bring together.
package struct CommandEnvironment: Sendable {
    /// Runs the gateway until it is told to stop. An `AdminError` that it throws is shown as it is.
    package var serve: @Sendable (ServeSettings) async throws -> Void
    /// Runs the demonstration server with these arguments.
    package var demoServer: @Sendable ([String]) async throws -> Void
    /// Reads and restores backups.
    package var backups: BackupTools
    /// Looks at the place where a gateway with these settings would run, while none does; to the end where the flag says so.
    package var examine: @Sendable (ServeSettings, Bool) async -> [DoctorFinding]
    /// The version of the binary.
    package var version: String

    package init(
        serve: @escaping @Sendable (ServeSettings) async throws -> Void, demoServer: @escaping @Sendable ([String]) async throws -> Void,
        backups: BackupTools = .none, version: String,
        examine: @escaping @Sendable (ServeSettings, Bool) async -> [DoctorFinding] = { _, _ in [] }
    ) {
        self.serve = serve
        self.demoServer = demoServer
        self.backups = backups
        self.version = version
        self.examine = examine
    }
}
