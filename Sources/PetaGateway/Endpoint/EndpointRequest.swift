internal import NIOCore
internal import PetaDownstream
internal import PetaWire

/// One HTTP request to the MCP endpoint, whichever reader took it in.
struct EndpointRequest {
    let head: RequestHead
    /// The bytes that the head's ranges count from.
    let headBytes: ByteBuffer
    var body = ByteBuffer()
    /// The gateway makes it itself, so it has no head that could say something else.
    var isOwn = false

    /// The text of a field; nil where it is absent.
    func text(_ range: ByteRange) -> String? { range.isEmpty ? nil : headBytes.text(range) }

    func with<R>(_ range: ByteRange, _ read: (UnsafeRawBufferPointer) -> R) -> R {
        headBytes.withUnsafeReadableBytes { read(range.slice(of: $0)) }
    }
}
