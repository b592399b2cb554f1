/// The header field in which proxies say whose request they pass on.
package enum ProxyHeader: Sendable {
    case xForwardedFor
    /// RFC 7239.
    case forwarded
}
