/// How an answer is written.
enum Format: Sendable {
    /// For people.
    case text
    /// For scripts: one document, or one object a line for streams.
    case json
}
