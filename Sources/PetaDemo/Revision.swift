/// The revisions of MCP that the demonstration server speaks, oldest first.
enum Revision: String, CaseIterable, Comparable {
    case march2025 = "2025-03-26"
    case june2025 = "2025-06-18"
    case november2025 = "2025-11-25"

    /// The answer to a client that asks for a revision unknown here.
    static let newest = Revision.november2025

    static func < (a: Revision, b: Revision) -> Bool { a.rawValue < b.rawValue }
}
