internal import NIOCore
internal import PetaDownstream

/// Events of a session as they go over the wire (MCP reference, section 4.5).
enum EventFrame {
    /// How long a client waits before it comes again, in milliseconds.
    static let retryMilliseconds = 1000

    /// One message under its id.
    static func append(_ id: EventID, _ message: [UInt8], to out: inout ByteBuffer) {
        out.reserveCapacity(minimumWritableBytes: message.count + 64)
        appendID(id, to: &out)
        out.writeStaticString("event: message\ndata: ")
        out.writeBytes(message)
        out.writeStaticString("\n\n")
    }

    /// The event that only says where the client is: it carries no message.
    static func appendPriming(_ id: EventID, to out: inout ByteBuffer) {
        appendID(id, to: &out)
        out.writeString("retry: \(retryMilliseconds)\ndata:\n\n")
    }

    /// What comes before a stream that is to be resumed is closed. Without data and id, so that no client takes it for a message.
    static var retry: ByteBuffer { ByteBuffer(string: "retry: \(retryMilliseconds)\n\n") }

    private static func appendID(_ id: EventID, to out: inout ByteBuffer) {
        out.writeStaticString("id: ")
        out.writeDecimal(Int(id.stream))
        out.writeStaticString("-")
        out.writeDecimal(id.position)
        out.writeStaticString("\n")
    }
}
