/// Why a server gave no answer to a request.
public enum DownstreamFailure: Error, Equatable, Sendable {
    /// The request cannot have reached the server: it may be sent again.
    case notSent(String)
    /// The connection ended after the request was written; the server may have acted on it.
    case lost(String)
    /// No answer in time.
    case timeout
    /// Cancelled by the client that asked.
    case cancelled
    /// Something that is no answer: not HTTP, not JSON-RPC, a foreign id.
    case badAnswer(String)
    /// An answer larger than the limit.
    case tooLarge
    /// More calls under way than the server's limit.
    case busy
    /// The gateway is stopping.
    case stopping

    /// For the operator: log, audit, `peta server show`.
    package var text: String {
        switch self {
        case .notSent(let why): return why
        case .lost(let why): return why
        case .timeout: return "no answer in time"
        case .cancelled: return "cancelled by the client"
        case .badAnswer(let why): return why
        case .tooLarge: return "the answer is larger than limits.resultBytes"
        case .busy: return "too many calls under way"
        case .stopping: return "the gateway is stopping"
        }
    }
}
