internal import PetaWire

/// The legacy revisions of MCP (reference, section 1): those with a handshake.
package enum ProtocolRevision: String, CaseIterable, Sendable {
    case march2025 = "2025-03-26"
    case june2025 = "2025-06-18"
    case november2025 = "2025-11-25"

    /// What is answered to a client that asks for a revision that nobody knows.
    package static let newest = november2025

    init?(_ bytes: UnsafeRawBufferPointer) {
        if bytes.equals("2025-06-18") {
            self = .june2025
        } else if bytes.equals("2025-11-25") {
            self = .november2025
        } else if bytes.equals("2025-03-26") {
            self = .march2025
        } else {
            return nil
        }
    }
}
