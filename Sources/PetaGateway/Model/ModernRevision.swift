/// The revision of the modern era (MCP reference, section 1): the only one there is.
enum ModernRevision {
    static let text: StaticString = "2026-07-28"
}
