/// Where and why a text is not JSON (RFC 8259).
package struct JSONSyntaxError: Error, Sendable, Equatable {
    /// What was found, in plain words.
    package let reason: String
    /// The byte offset at which it was found, from 0.
    package let offset: Int

    package init(reason: String, offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}
