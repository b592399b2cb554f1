internal import Foundation
internal import NIOCore
internal import PetaAdmin
internal import PetaAdminAPI

/// What `peta status` shows while the vault is sealed.
struct SealedStatus: StatusSource {
    let version: String
    let socket: String
    let listening: Listening
    let started: NIODeadline

    func status() async throws -> GatewayStatus {
        GatewayStatus(
            version: version, pid: getpid(), uptimeSeconds: (NIODeadline.now() - started).nanoseconds / 1_000_000_000, sealed: true,
            listen: listening.urls, socket: socket, servers: .init(), sessions: 0, pendingApprovals: 0, callsPerSecond: 0,
            latency: .init(), rssBytes: StatusReport.residentBytes(),
            problems: ["the vault is sealed, so no client is served; unseal it with 'peta vault unseal'"], metrics: listening.metrics)
    }
}
