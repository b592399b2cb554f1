/// Why there is no answer. The texts name host and port at most, so that they can be shown and logged.
package enum OutboundFailure: Error, Equatable, CustomStringConvertible {
    /// Nothing was sent.
    case cannotConnect(String)
    /// The TLS handshake failed, mostly because of the certificate. Nothing was sent.
    case tls(String)
    /// It may have arrived.
    case timeout
    /// It may have arrived.
    case lost(String)
    case badAnswer(String)
    /// The caller's task was cancelled.
    case cancelled

    package var description: String {
        switch self {
        case .cannotConnect(let why): "cannot connect: \(why)"
        case .tls(let why): "no secure connection: \(why)"
        case .timeout: "no answer in time"
        case .lost(let why): "the connection was lost: \(why)"
        case .badAnswer(let why): "the answer is not HTTP as it should be: \(why)"
        case .cancelled: "broken off"
        }
    }
}
