/// What became of one attempt.
package enum Delivery: Sendable {
    /// Taken, but for so many items that the receiver refused.
    case taken(refused: Int = 0)
    /// Worth another try, after so many seconds where the receiver said so.
    case failed(String, after: Int? = nil)
    /// The receiver will never take it.
    case refused(String)

    /// What a status of HTTP says. Nothing else than these four is worth another try (OTLP/HTTP, "Retryable Response Codes").
    package init(status: Int, retryAfter: Int?) {
        switch status {
        case 200..<300: self = .taken()
        case 429, 502, 503, 504: self = .failed("the receiver answered \(status)", after: retryAfter)
        default: self = .refused("the receiver answered \(status)")
        }
    }
}
