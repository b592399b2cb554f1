import PetaAdmin
import PetaAdminAPI
import Synchronization

/// Has one setting that changed, or a file that is wrong.
final class FakeConfiguration: ConfigOperations {
    let isWrong = Mutex(false)

    func running() async throws -> RunningConfiguration {
        RunningConfiguration(
            file: "/etc/peta/peta.yaml", readAt: Timestamp(milliseconds: 0),
            settings: [
                SettingEntry(
                    key: "log.level", value: .text("info"), source: "default", place: "default", standard: .text("info"), live: true)
            ])
    }

    func reload() async throws -> ConfigReload {
        if isWrong.withLock({ $0 }) { throw AdminError(.invalidArgument, "/etc/peta/peta.yaml:3: loops: expected a number") }
        return ConfigReload(
            file: "/etc/peta/peta.yaml",
            changed: [SettingChange(key: "log.level", from: .text("info"), to: .text("s3cret"), place: "/etc/peta/peta.yaml:1")],
            waiting: [],
            certificate: true)
    }
}
