import ServiceLifecycle

/// Lines that are still to come.
struct LineStream: Sendable {
    /// Hands each line to `write` as it comes. Returns when there are no more, or when the daemon begins to stop.
    let forEach: @Sendable (_ write: ([UInt8]) async throws -> Void) async throws -> Void

    init<Element: Sendable>(_ stream: AsyncStream<Element>, encode: @escaping @Sendable (Element) throws -> [UInt8]) {
        forEach = { write in
            for await element in stream.cancelOnGracefulShutdown() { try await write(try encode(element)) }
        }
    }
}
