internal import Foundation
internal import NIOSSL
internal import PetaAdminAPI
internal import Synchronization

/// The certificate that the gateway shows, replaceable while it runs: connections that stand keep theirs.
final class Certificates: Sendable {
    /// A chain and its key, ready for use.
    struct Loaded: Sendable {
        let context: NIOSSLContext
        let pem: [UInt8]
        /// When the first certificate of the chain ends, in seconds since 1970.
        let expires: Int64?
    }

    private let current: Mutex<Loaded?>
    let isTLS: Bool

    init(_ tls: ServeSettings.TLS) throws {
        isTLS = tls.certificate != nil
        current = Mutex(try Self.load(tls))
    }

    var context: NIOSSLContext? { current.withLock { $0?.context } }

    /// When the first certificate of the chain that is shown ends, in seconds since 1970; nil without TLS.
    var expires: Int64? { current.withLock { $0?.expires } }

    /// Shows another one from now on. True where it differs from the one before.
    func show(_ loaded: Loaded?) -> Bool {
        // What is listened on is with TLS or without, whatever comes later.
        guard isTLS, let loaded else { return false }
        return current.withLock { current in
            defer { current = loaded }
            return current?.pem != loaded.pem
        }
    }

    /// Reads them; nil where none are named. Throws an `AdminError` where they cannot be used.
    static func load(_ tls: ServeSettings.TLS) throws -> Loaded? {
        guard let certificate = tls.certificate, let key = tls.key else {
            guard tls.certificate == nil, tls.key == nil else {
                throw AdminError(.invalidArgument, "TLS needs a certificate and its key", hint: "give both --tls-cert and --tls-key")
            }
            return nil
        }
        do {
            let pem = [UInt8](try Data(contentsOf: URL(fileURLWithPath: certificate)))
            let certificates = try NIOSSLCertificate.fromPEMBytes(pem)
            let chain = certificates.map { NIOSSLCertificateSource.certificate($0) }
            let secret = try NIOSSLPrivateKey(file: key, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(secret))
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            return Loaded(
                context: try NIOSSLContext(configuration: configuration), pem: pem,
                expires: certificates.map { Int64($0.notValidAfter) }.min())
        } catch {
            throw AdminError(
                .invalidArgument, "the certificate \(certificate) and its key \(key) cannot be used: \(error)",
                hint: "both must be PEM files that belong together")
        }
    }
}
