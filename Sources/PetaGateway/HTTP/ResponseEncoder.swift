internal import NIOCore
internal import PetaDownstream

/// Writes the heads of responses (RFC 9112, section 4).
enum ResponseEncoder {
    static func head(_ reply: Reply, date: [UInt8], keepAlive: Bool, into out: inout ByteBuffer) {
        if reply.status == 200 {
            out.writeStaticString("HTTP/1.1 200 OK\r\n")
        } else {
            out.writeString("HTTP/1.1 \(reply.status) \(reason(reply.status))\r\n")
        }
        if reply.length > 0 { out.writeStaticString("Content-Type: application/json\r\n") }
        out.writeStaticString("Content-Length: ")
        out.writeDecimal(reply.length)
        out.writeStaticString("\r\n")
        if !reply.fields.isEmpty { out.writeString(reply.fields) }
        if !keepAlive { out.writeStaticString("Connection: close\r\n") }
        out.writeBytes(date)
        out.writeStaticString("\r\n")
    }

    static func streamHead(date: [UInt8], keepAlive: Bool, into out: inout ByteBuffer) {
        out.writeStaticString(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nX-Accel-Buffering: no\r\nTransfer-Encoding: chunked\r\n"
        )
        if !keepAlive { out.writeStaticString("Connection: close\r\n") }
        out.writeBytes(date)
        out.writeStaticString("\r\n")
    }

    static func chunk(_ bytes: ByteBuffer, into out: inout ByteBuffer) {
        out.writeString(String(bytes.readableBytes, radix: 16))
        out.writeStaticString("\r\n")
        out.writeImmutableBuffer(bytes)
        out.writeStaticString("\r\n")
    }

    /// One message as an event.
    static func event(_ message: ByteBuffer) -> ByteBuffer {
        let message = message.onOneLine
        var out = ByteBufferAllocator().buffer(capacity: message.readableBytes + 32)
        out.writeStaticString("event: message\ndata: ")
        out.writeImmutableBuffer(message)
        out.writeStaticString("\n\n")
        return out
    }

    static func reason(_ status: Int) -> String {
        switch status {
        case 200: return "OK"
        case 202: return "Accepted"
        case 400: return "Bad Request"
        case 401: return "Unauthorized"
        case 403: return "Forbidden"
        case 404: return "Not Found"
        case 405: return "Method Not Allowed"
        case 406: return "Not Acceptable"
        case 408: return "Request Timeout"
        case 409: return "Conflict"
        case 413: return "Content Too Large"
        case 415: return "Unsupported Media Type"
        case 431: return "Request Header Fields Too Large"
        case 503: return "Service Unavailable"
        default: return "Error"
        }
    }
}
