import ServiceLifecycle

/// Bytes that are still to come, which are of use only when all of them have.
struct ByteStream: Sendable {
    /// The media type.
    let type: String
    /// Fields of the answer's head, in small letters.
    let fields: [(name: String, value: String)]
    /// Hands each piece to `write` as it comes. When it throws, the connection is broken off, so that nobody takes the answer for whole.
    let forEach: @Sendable (_ write: ([UInt8]) async throws -> Void) async throws -> Void

    init(
        type: String, fields: [(name: String, value: String)] = [],
        forEach: @escaping @Sendable (_ write: ([UInt8]) async throws -> Void) async throws -> Void
    ) {
        self.type = type
        self.fields = fields
        self.forEach = forEach
    }

    /// Pieces that are taken until there is none. Throws when the daemon begins to stop, or the vault is sealed, before that.
    init(type: String, pieces: @escaping @Sendable () async throws -> [UInt8]?) {
        self.init(type: type) { write in
            while let piece = try await pieces() {
                if Task.isShuttingDownGracefully || Task.isCancelled { throw CancellationError() }
                try await write(piece)
            }
        }
    }
}
