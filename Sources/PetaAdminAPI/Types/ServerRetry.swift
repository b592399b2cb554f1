/// What becomes of a call whose connection to the server was lost after it was written.
package enum ServerRetry: String, Codable, Sendable, CaseIterable {
    /// Sent again where the tool says that it only reads or may be repeated.
    case auto
    /// Sent again whatever the tool says.
    case always
}
