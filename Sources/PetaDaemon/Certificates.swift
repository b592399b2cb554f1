internal import NIOSSL
internal import PetaAdminAPI
internal import Synchronization

/// The certificate that the gateway shows, replaceable while it runs: connections that stand keep theirs.
final class Certificates: Sendable {
    private let current: Mutex<(context: NIOSSLContext?, expires: Int64?)>
    let isTLS: Bool

    init(_ tls: ServeSettings.TLS) throws {
        isTLS = tls.certificate != nil
        current = Mutex(try Self.load(tls))
    }

    var context: NIOSSLContext? { current.withLock { $0.context } }

    /// When the first certificate of the chain that is shown ends, in seconds since 1970; nil without TLS.
    var expires: Int64? { current.withLock { $0.expires } }

    /// Throws and keeps the old one when the new one cannot be used, or when TLS would be switched on or off.
    func reload(_ tls: ServeSettings.TLS) throws {
        guard isTLS == (tls.certificate != nil) else {
            throw AdminError(.invalidArgument, "TLS cannot be switched on or off while the gateway runs", hint: "restart it")
        }
        let fresh = try Self.load(tls)
        current.withLock { $0 = fresh }
    }

    private static func load(_ tls: ServeSettings.TLS) throws -> (context: NIOSSLContext?, expires: Int64?) {
        guard let certificate = tls.certificate, let key = tls.key else {
            guard tls.certificate == nil, tls.key == nil else {
                throw AdminError(.invalidArgument, "TLS needs a certificate and its key", hint: "give both --tls-cert and --tls-key")
            }
            return (nil, nil)
        }
        do {
            let certificates = try NIOSSLCertificate.fromPEMFile(certificate)
            let chain = certificates.map { NIOSSLCertificateSource.certificate($0) }
            let secret = try NIOSSLPrivateKey(file: key, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(secret))
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            return (try NIOSSLContext(configuration: configuration), certificates.map { Int64($0.notValidAfter) }.min())
        } catch {
            throw AdminError(
                .invalidArgument, "the certificate \(certificate) and its key \(key) cannot be used: \(error)",
                hint: "both must be PEM files that belong together")
        }
    }
}
