internal import Foundation
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import PetaAdmin
internal import PetaAdminAPI
internal import PetaApprovals
internal import PetaAudit
internal import PetaBackup
internal import PetaDownstream
internal import PetaGateway
internal import PetaIdentity
internal import PetaPolicy
internal import PetaStore
internal import PetaVault
internal import Synchronization

/// What stays for the life of the process, whether the vault is open or sealed.
struct House: Sendable {
    let configuration: Configuration
    let reload: ReloadService
    let version: String
    let logger: Logger
    let level: LogLevels
    let certificates: Certificates
    let store: Store
    let group: MultiThreadedEventLoopGroup
    /// Starts children: one thread, since they end with the thread that started them.
    let spawner: NIOThreadPool
    /// Derives keys, which takes a while.
    let workshop: NIOThreadPool
    let listening = Listening()
    let door: FrontDoor
    let stage: AdminStage
    let loops: Int
    let started = NIODeadline.now()
    let clock = SystemClock()
    /// What is open at this moment.
    let current = Current()

    /// The settings that are in force.
    var settings: ServeSettings { configuration.inForce }

    /// What `/metrics` says of the process, its files and its log.
    var metrics: HouseMetrics {
        HouseMetrics(version: version, data: settings.dataDirectory, certificates: certificates, levels: level)
    }

    /// Where the key file is, if there is one.
    var keyFile: String { settings.dataDirectory + "/key" }

    init(_ settings: ServeSettings, _ version: String, _ logger: Logger, _ level: LogLevels) throws {
        self.version = version
        self.logger = logger
        self.level = level
        let certificates = try Certificates(settings.tls)
        self.certificates = certificates
        door = FrontDoor(settings: try Running.gatewaySettings(settings, version))
        store = try Store(
            directory: settings.dataDirectory, migrations: Running.migrations, durability: Running.durability(settings.audit.durability),
            beforeOpening: { try RestoreSwitch(directory: $0).settle() })
        let orphans = Orphans.end(of: store.identity)
        if !orphans.isEmpty {
            logger.warning("processes that an earlier run left behind were ended", metadata: ["count": "\(orphans.count)"])
        }
        loops = settings.loops > 0 ? settings.loops : System.coreCount
        group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
        spawner = NIOThreadPool(numberOfThreads: 1)
        spawner.start()
        configuration = Configuration(
            settings,
            steps: [
                { fresh in
                    let loaded = try Certificates.load(fresh.tls)
                    return { certificates.show(loaded) }
                },
                { [current] fresh in
                    let made = try Running.gatewaySettings(fresh, version)
                    return {
                        level.set(fresh.logging)
                        await current.running?.apply(fresh, made)
                        return false
                    }
                },
            ])
        reload = ReloadService(configuration, logger) { [current] in current.running?.audit }
        workshop = NIOThreadPool(numberOfThreads: 1)
        workshop.start()
        stage = AdminStage(
            sealedStatus: SealedStatus(version: version, socket: settings.socket, listening: listening, started: started))
    }

    /// The parts of the open gateway; nil while the vault is sealed.
    final class Current: Sendable {
        private let state = Mutex<Running?>(nil)

        var running: Running? {
            get { state.withLock { $0 } }
            set { state.withLock { $0 = newValue } }
        }
    }

    /// Closes what was opened.
    func close() async {
        try? store.close()
        try? await workshop.shutdownGracefully()
        try? await spawner.shutdownGracefully()
        try? await group.shutdownGracefully()
    }
}
