internal import NIOSSL
internal import PetaAdminAPI
internal import Synchronization

/// The certificate that the gateway shows, replaceable while it runs: connections that stand keep theirs.
final class Certificates: Sendable {
    private let current: Mutex<NIOSSLContext?>
    let isTLS: Bool

    init(_ tls: ServeSettings.TLS) throws {
        isTLS = tls.certificate != nil
        current = Mutex(try Self.load(tls))
    }

    var context: NIOSSLContext? { current.withLock { $0 } }

    /// Throws and keeps the old one when the new one cannot be used, or when TLS would be switched on or off.
    func reload(_ tls: ServeSettings.TLS) throws {
        guard isTLS == (tls.certificate != nil) else {
            throw AdminError(.invalidArgument, "TLS cannot be switched on or off while the gateway runs", hint: "restart it")
        }
        let fresh = try Self.load(tls)
        current.withLock { $0 = fresh }
    }

    private static func load(_ tls: ServeSettings.TLS) throws -> NIOSSLContext? {
        guard let certificate = tls.certificate, let key = tls.key else {
            guard tls.certificate == nil, tls.key == nil else {
                throw AdminError(.invalidArgument, "TLS needs a certificate and its key", hint: "give both --tls-cert and --tls-key")
            }
            return nil
        }
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(certificate).map { NIOSSLCertificateSource.certificate($0) }
            let secret = try NIOSSLPrivateKey(file: key, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(secret))
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw AdminError(
                .invalidArgument, "the certificate \(certificate) and its key \(key) cannot be used: \(error)",
                hint: "both must be PEM files that belong together")
        }
    }
}
