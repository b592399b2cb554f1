/// Bytes that are still to come.
struct ByteStream: Sendable {
    /// Fields of the answer's head, in small letters.
    let fields: [(name: String, value: String)]
    /// Hands each piece to `write` as it comes. When it throws, the connection is broken off, so that nobody takes the answer for whole.
    let forEach: @Sendable (_ write: ([UInt8]) async throws -> Void) async throws -> Void
}
