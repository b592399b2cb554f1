/// Why a request was turned away before it was a call.
package enum Rejection: Int, CaseIterable, Sendable {
    case noToken, badToken, unknownUser, host, origin, network, rate, session, sessions, connections, malformed, mediaType, tooLarge,
        timeout
    case envelope, header, audit, stopping

    /// The value of the label.
    package var name: String {
        switch self {
        case .noToken: "no_token"
        case .badToken: "bad_token"
        case .unknownUser: "unknown_user"
        case .host: "host"
        case .origin: "origin"
        case .network: "network"
        case .rate: "rate_limit"
        case .session: "no_session"
        case .sessions: "too_many_sessions"
        case .connections: "too_many_connections"
        case .malformed: "malformed"
        case .mediaType: "media_type"
        case .tooLarge: "too_large"
        case .timeout: "timeout"
        case .envelope: "bad_envelope"
        case .header: "header_mismatch"
        case .audit: "audit_not_writable"
        case .stopping: "stopping"
        }
    }
}
