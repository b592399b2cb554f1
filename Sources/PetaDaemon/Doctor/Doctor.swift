internal import Foundation
internal import PetaAdmin
package import PetaAdminAPI

/// Looks whether all is well: everything side by side, each thing for a bounded time. Also while the vault is sealed.
struct Doctor: DoctorOperations {
    /// How long one check may take, and how long the database is read.
    static let milliseconds = 700
    static let databaseMilliseconds = 500

    let house: House
    let vault: any VaultOperations
    let runner = CheckRunner()

    func examine(full: Bool) async -> [DoctorFinding] {
        let running = house.current.running
        let found = await examine(running, full)
        // Sealed or opened meanwhile: what was found is of neither.
        return (running == nil) == (house.current.running == nil) ? found : await examine(house.current.running, full)
    }

    private func examine(_ running: Running?, _ full: Bool) async -> [DoctorFinding] {
        let host = HostChecks(
            settings: house.settings, store: house.store, databaseMilliseconds: full ? nil : Self.databaseMilliseconds)
        let live = running.map { LiveChecks(running: $0).all + DeliveryChecks(running: $0).all } ?? []
        return await runner.run(
            host.all + HouseChecks(house: house, vault: vault).all + live, milliseconds: full ? nil : Self.milliseconds)
    }
}

extension Daemon {
    /// What can be looked at while no gateway runs: the place where one would. Changes nothing.
    package static func examine(_ settings: ServeSettings, full: Bool) async -> [DoctorFinding] {
        let host = HostChecks(settings: settings, store: nil, databaseMilliseconds: full ? nil : Doctor.databaseMilliseconds)
        return await CheckRunner().run(host.all, milliseconds: full ? nil : Doctor.milliseconds)
    }
}
