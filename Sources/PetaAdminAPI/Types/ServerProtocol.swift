/// Which era of MCP is spoken with a server.
package enum ServerProtocol: String, Codable, Sendable, CaseIterable {
    /// Found out by asking.
    case auto
    /// With a handshake: 2024-11-05 to 2025-11-25.
    case legacy
    /// Without: 2026-07-28.
    case modern
}
