internal import NIOCore
internal import PetaWire

/// Answers that the gateway makes itself.
enum RPC {
    /// A JSON-RPC error; `id` as the client spelled it, empty for null.
    static func error(id: UnsafeRawBufferPointer, code: Int, message: String, data: [UInt8]? = nil) -> ByteBuffer {
        var text: [UInt8] = []
        JSON.appendQuoted(message, into: &text)
        var out = ByteBuffer()
        out.writeStaticString("{\"jsonrpc\":\"2.0\",\"id\":")
        if id.isEmpty { out.writeStaticString("null") } else { out.writeBytes(id) }
        out.writeStaticString(",\"error\":{\"code\":")
        out.writeString(String(code))
        out.writeStaticString(",\"message\":")
        out.writeBytes(text)
        if let data {
            out.writeStaticString(",\"data\":")
            out.writeBytes(data)
        }
        out.writeStaticString("}}")
        return out
    }

    /// An answer whose `member` (`result` or `error`) holds these bytes.
    static func answer(id: UnsafeRawBufferPointer, _ member: StaticString, _ bytes: [UInt8]) -> ByteBuffer {
        var out = ByteBuffer()
        out.writeStaticString("{\"jsonrpc\":\"2.0\",\"id\":")
        out.writeBytes(id)
        out.writeStaticString(",\"")
        out.writeStaticString(member)
        out.writeStaticString("\":")
        out.writeBytes(bytes)
        out.writeStaticString("}")
        return out
    }

    static func notification(_ method: String, params: [UInt8]? = nil) -> [UInt8] {
        Array("{\"jsonrpc\":\"2.0\",\"method\":\"\(method)\"".utf8) + (params.map { Array(",\"params\":".utf8) + $0 } ?? []) + [0x7D]
    }

    /// The one answer to what is denied, hidden or missing, so that nobody can tell which it is.
    static func unknown(_ kind: ForwardedCall.Kind, id: UnsafeRawBufferPointer, target: UnsafeRawBufferPointer, isModern: Bool = false)
        -> ByteBuffer
    {
        switch kind {
        case .toolCall: return error(id: id, code: -32602, message: "Unknown tool")
        case .promptGet: return error(id: id, code: -32602, message: "Unknown prompt")
        case .completion: return error(id: id, code: -32602, message: "Unknown reference")
        case .taskGet, .taskResult, .taskUpdate, .taskCancel: return error(id: id, code: -32602, message: "Unknown task")
        case .resourceRead:
            return error(
                id: id, code: isModern ? -32602 : -32002, message: "Resource not found",
                data: Array("{\"uri\":".utf8) + target + Array("}".utf8))
        }
    }
}
