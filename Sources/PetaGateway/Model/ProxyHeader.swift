/// The header field in which proxies say whose request they pass on.
package enum ProxyHeader: Sendable {
    case xForwardedFor
    /// RFC 7239.
    case forwarded

    /// Its name, in small letters.
    var field: StaticString {
        switch self {
        case .xForwardedFor: "x-forwarded-for"
        case .forwarded: "forwarded"
        }
    }
}
