internal import Logging
internal import PetaAdminAPI
internal import ServiceLifecycle
internal import UnixSignals

/// SIGHUP: reads configuration and certificates again. What cannot be read changes nothing.
struct ReloadService: Service {
    let settings: ServeSettings
    let certificates: Certificates
    let level: LogLevels
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) {
                do {
                    let fresh = try settings.reload?() ?? settings
                    try certificates.reload(fresh.tls)
                    level.set(fresh.logging)
                    logger.notice("log level and certificates were read again; other settings take effect at the next start")
                } catch {
                    logger.error(
                        "nothing was changed: the new configuration cannot be used",
                        metadata: ["error": "\((error as? AdminError)?.message ?? "\(error)")"])
                }
            }
        }
    }
}
