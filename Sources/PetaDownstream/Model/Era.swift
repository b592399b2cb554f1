/// The two eras of MCP (MCP reference, section 1), with the revision that was agreed on.
package enum Era: Equatable, Sendable {
    /// With a handshake and sessions: 2024-11-05 to 2025-11-25.
    case legacy(String)
    /// Each request for itself: 2026-07-28.
    case modern(String)

    /// True for the modern era.
    package var isModern: Bool { if case .modern = self { true } else { false } }

    /// The revision.
    package var revision: String {
        switch self {
        case .legacy(let revision), .modern(let revision): revision
        }
    }
}
