internal import Foundation
internal import PetaAdmin
package import PetaAdminAPI
internal import PetaStore

/// Looks whether all is well: everything side by side, each thing for a bounded time.
struct Doctor: DoctorOperations {
    /// How long one check may take, and how long the database is read.
    static let milliseconds = 700
    static let databaseMilliseconds = 500

    let configuration: Configuration
    let migrations: [Migration]
    let live: LiveChecks
    let runner = CheckRunner()

    func examine(full: Bool) async -> [DoctorFinding] {
        let host = HostChecks(
            settings: configuration.inForce, isRunning: true, migrations: migrations,
            databaseMilliseconds: full ? nil : Self.databaseMilliseconds)
        return await runner.run(host.all + live.all, milliseconds: full ? nil : Self.milliseconds)
    }
}

extension Daemon {
    /// What can be looked at while no gateway runs: the place where one would. Changes nothing.
    package static func examine(_ settings: ServeSettings, full: Bool) async -> [DoctorFinding] {
        let host = HostChecks(
            settings: settings, isRunning: false, migrations: migrations, databaseMilliseconds: full ? nil : Doctor.databaseMilliseconds)
        return await CheckRunner().run(host.all, milliseconds: full ? nil : Doctor.milliseconds)
    }
}
