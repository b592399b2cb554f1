import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

extension OutboundFailure {
    /// What went wrong before anything was sent.
    init(connecting cause: any Error, to url: OutboundURL) {
        if let cause = cause as? NIOConnectionError {
            if let first = cause.connectionErrors.first {
                self.init(connecting: first.error, to: url)
            } else {
                self = .cannotConnect("the name \(url.host) cannot be resolved")
            }
        } else if let cause = cause as? IOError {
            self = .cannotConnect("\(url): \(String(cString: strerror(cause.errnoCode)))")
        } else if case ChannelError.connectTimeout? = cause as? ChannelError {
            self = .cannotConnect("\(url): no answer in time")
        } else {
            self = .cannotConnect("\(url): \(type(of: cause))")
        }
    }

    /// What went wrong on a connection.
    init(exchanging cause: any Error) {
        switch cause {
        case let cause as OutboundFailure: self = cause
        case let cause as NIOSSLError:
            if case .uncleanShutdown = cause { self = .lost("it was closed without an answer") } else { self = .tls(Self.words(cause)) }
        case let cause as NIOSSLExtraError where cause == .failedToValidateHostname:
            self = .tls("the certificate is for another name")
        case let cause as IOError: self = .lost(String(cString: strerror(cause.errnoCode)))
        case let cause as HTTPParserError: self = .badAnswer("\(cause)")
        default: self = .lost("\(type(of: cause))")
        }
    }

    private static func words(_ cause: NIOSSLError) -> String {
        switch cause {
        case .unableToValidateCertificate: "the certificate is not valid for this host"
        case .handshakeFailed(let inner):
            "\(inner)".contains("CERTIFICATE_VERIFY_FAILED")
                ? "the certificate is not one that this machine trusts" : "the handshake failed"
        default: "\(cause)"
        }
    }
}
