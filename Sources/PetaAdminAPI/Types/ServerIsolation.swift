/// Who shares a connection to a downstream server.
package enum ServerIsolation: String, Codable, Sendable, CaseIterable {
    /// Everybody, but sessions whose clients can be asked get their own where the server asks.
    case auto
    /// Everybody: the server cannot ask anything of a client.
    case shared
    /// Nobody: each session has its own.
    case session
}
