import NIOSSL
import Synchronization

/// The certificates that https is checked against, read when they are first needed.
final class OutboundTrust: Sendable {
    private let file: String?
    private let made = Mutex<NIOSSLContext?>(nil)

    /// - Parameter file: PEM certificates that are trusted in place of the system's.
    init(file: String?) { self.file = file }

    /// Reads files the first time: not on an event loop.
    func context() throws(OutboundFailure) -> NIOSSLContext {
        do {
            return try made.withLock { made in
                if let made { return made }
                var configuration = TLSConfiguration.makeClientConfiguration()
                configuration.applicationProtocols = ["http/1.1"]
                if let file { configuration.trustRoots = .file(file) }
                let context = try NIOSSLContext(configuration: configuration)
                made = context
                return context
            }
        } catch {
            throw .tls(
                file.map { "the certificates in \($0) cannot be read" }
                    ?? "the system's certificates cannot be read; install ca-certificates")
        }
    }
}
