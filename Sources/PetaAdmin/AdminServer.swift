package import Foundation
import Hummingbird
import HummingbirdCore
package import Logging
package import NIOCore
import PetaIdentity
import PetaSocket
import ServiceLifecycle
import Synchronization

/// Serves the admin protocol on a Unix socket until it is told to stop.
///
/// It ends on graceful shutdown (requests that run are finished, streams are ended) and on cancellation.
package struct AdminServer: Service {
    private let file: SocketFile
    private let responder: AdminResponder
    private let group: any EventLoopGroup
    private let logger: Logger
    private let started: @Sendable () -> Void

    /// Method and path template of every route, such as `("GET", "/v1/users/{id}")`.
    package static var routes: [(method: String, template: String)] { AdminRoutes.all.map { ($0.method, $0.template) } }

    /// Nothing is opened yet.
    ///
    /// - Parameters:
    ///   - path: where the socket is put; absolute.
    ///   - stage: what is served at each moment.
    ///   - userGroup: its members may use the socket, if it exists and we are root or run as it.
    ///   - authority: decides what a peer may do.
    ///   - clock: the time of audit records.
    ///   - started: called once peers can connect. It must not wait for an answer of this server.
    /// - Throws: an operator's error for a path that cannot be one of a socket.
    package init(
        path: String, stage: AdminStage, vault: any VaultOperations, doctor: any DoctorOperations, userGroup: String? = "peta",
        authority: PeerAuthority = PeerAuthority(),
        eventLoopGroup: any EventLoopGroup, logger: Logger, clock: @escaping @Sendable () -> Date = { Date() },
        started: @escaping @Sendable () -> Void = {}
    ) throws {
        file = try SocketFile(path: path, access: .group(userGroup), for: .admin)
        responder = AdminResponder(basis: AdminBasis(stage: stage, vault: vault, doctor: doctor), authority: authority, clock: clock)
        group = eventLoopGroup
        self.logger = logger
        self.started = started
    }

    /// Opens the socket, serves, and removes it. Throws an operator's error when it cannot be opened or another gateway answers on it.
    package func run() async throws {
        try file.prepare()
        let opening = Opening()
        // It would tell the name it bound, which nobody knows.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        let application = Application(
            responder: responder,
            server: .http1(
                configuration: .init(
                    idleTimeout: .seconds(120),
                    httpDecoderConfiguration: .init(maxHeaderFieldSize: 16_384, maxHeaderListSize: 32_768, maxHeaderFieldCount: 100))),
            configuration: .init(
                address: .unixDomainSocket(path: file.bindPath), availableConnectionsDelegate: MaximumAvailableConnections(256)),
            onServerRunning: { channel in
                do throws(SocketError) {
                    opening.opened(try file.publish())
                    logger.info("serving the admin protocol", metadata: ["socket": "\(file.path)"])
                    started()
                } catch {
                    opening.failed(error)
                    channel.close(promise: nil)
                }
            },
            eventLoopGroupProvider: .shared(group), logger: quiet)
        defer { if let mark = opening.mark { file.remove(mark) } }
        do {
            try await application.run()
        } catch {
            // Closing a socket that has no name makes Hummingbird complain; our own reason comes first.
            if let failure = opening.failure { throw failure }
            throw error
        }
        if let failure = opening.failure { throw failure }
    }

    /// How opening the socket went.
    private final class Opening: Sendable {
        private let result = Mutex<Result<SocketFile.Mark, SocketError>?>(nil)

        func opened(_ mark: SocketFile.Mark) { result.withLock { $0 = .success(mark) } }
        func failed(_ error: SocketError) { result.withLock { $0 = .failure(error) } }

        var mark: SocketFile.Mark? { try? result.withLock { $0 }?.get() }
        var failure: SocketError? {
            guard case .failure(let error) = result.withLock({ $0 }) else { return nil }
            return error
        }
    }
}
