/// The head of an HTTP/1.1 request to the MCP endpoint, as positions in the bytes that were read.
///
/// The reader takes only what it understands completely (RFC 9112 without its options); everything else is left
/// unread for the full HTTP codec, so that the two can never disagree about where a request ends.
package struct RequestHead: Sendable {
    /// The methods of the MCP endpoint.
    package enum Method: Sendable { case post, get, delete }

    /// What the reader made of the bytes.
    package enum Outcome: Sendable {
        /// The head is not complete, and nothing in it is strange so far.
        case incomplete
        /// Not for this reader: hand over all bytes, unread.
        case foreign
        /// Two `Host` fields: to be refused with 400 (RFC 9112, section 3.2), and not left to a reader that takes one of them.
        case ambiguous
        /// A head that the reader understands completely.
        case head(RequestHead)
    }

    /// The method.
    package var method = Method.post
    /// The query behind the `?` of the target, without it.
    package var query = ByteRange.none
    /// Length of the head, its empty line included: the body starts there.
    package var length = 0
    /// `Content-Length`; nil where there is none (and so no body).
    package var contentLength: Int?
    /// False if the client asked to close the connection after the answer.
    package var keepAlive = true
    /// The credential of `Authorization`, whole.
    package var authorization = ByteRange.none
    /// `Mcp-Session-Id`.
    package var session = ByteRange.none
    /// `MCP-Protocol-Version`.
    package var protocolVersion = ByteRange.none
    /// `Mcp-Method` (2026-07-28).
    package var mcpMethod = ByteRange.none
    /// `Mcp-Name` (2026-07-28).
    package var mcpName = ByteRange.none
    /// True if there is an `Mcp-Param-…` field: `parameter(_:_:)` finds it.
    package var hasParameters = false
    /// `Accept`.
    package var accept = ByteRange.none
    /// `Content-Type`.
    package var contentType = ByteRange.none
    /// `Origin`.
    package var origin = ByteRange.none
    /// `Host`.
    package var host = ByteRange.none
    /// `Last-Event-ID`.
    package var lastEventID = ByteRange.none
    /// `traceparent` (W3C Trace Context); none also where it stands twice or says nothing.
    package var traceParent = ByteRange.none
    /// `tracestate`, its first line.
    package var traceState = ByteRange.none
    /// True if `tracestate` has more lines: ``values(of:in:)`` finds them.
    package var hasMoreTraceState = false
    private var hasTraceParent = false

    /// An empty head, for requests that did not come over HTTP.
    package init() {}

    /// Reads a head at the start of `bytes` if its target is `path`.
    ///
    /// - Parameter path: the endpoint's path, for example `/mcp`.
    package static func read(_ bytes: UnsafeRawBufferPointer, path: StaticString = "/mcp") -> Outcome {
        var reader = HeadReader(bytes)
        var head = RequestHead()
        switch reader.requestLine(&head, path: path) {
        case .incomplete: return .incomplete
        case .foreign: return .foreign
        case .done: break
        }
        while true {
            var name = ByteRange.none
            var value = ByteRange.none
            switch reader.field(&name, &value) {
            case .incomplete: return .incomplete
            case .foreign: return .foreign
            case .done: break
            }
            if name.isEmpty {
                head.length = reader.offset
                // RFC 9112, section 3.2: a request without Host is answered with 400; the codec's side does that.
                return head.host.isEmpty || (head.method == .post) != (head.contentLength != nil) ? .foreign : .head(head)
            }
            let field = name.slice(of: bytes)
            guard head.take(field, value, bytes) else {
                return field.equalsIgnoringCase("host") ? .ambiguous : .foreign
            }
        }
    }

    /// Takes in one field. False: its meaning is not this reader's, or it stands twice.
    private mutating func take(_ name: UnsafeRawBufferPointer, _ value: ByteRange, _ bytes: UnsafeRawBufferPointer) -> Bool {
        switch name.count {
        case 2: if name.equalsIgnoringCase("te") { return false }
        case 4: if name.equalsIgnoringCase("host") { return Self.once(&host, value) }
        case 6:
            if name.equalsIgnoringCase("accept") { return Self.once(&accept, value) }
            if name.equalsIgnoringCase("origin") { return Self.once(&origin, value) }
            if name.equalsIgnoringCase("expect") { return false }
        case 7:
            if name.equalsIgnoringCase("upgrade") || name.equalsIgnoringCase("trailer") { return false }
        case 10:
            if name.equalsIgnoringCase("mcp-method") { return Self.once(&mcpMethod, value) }
            if name.equalsIgnoringCase("tracestate") {
                if traceState.isEmpty { traceState = value } else { hasMoreTraceState = true }
                return true
            }
            if name.equalsIgnoringCase("connection") {
                let text = value.slice(of: bytes)
                if text.equalsIgnoringCase("keep-alive") { return true }
                keepAlive = false
                return text.equalsIgnoringCase("close")
            }
        case 11:
            // No request is refused for its trace: of two nobody can say which one is meant, so there is none.
            if name.equalsIgnoringCase("traceparent") {
                traceParent = hasTraceParent ? .none : value
                hasTraceParent = true
            }
        case 12: if name.equalsIgnoringCase("content-type") { return Self.once(&contentType, value) }
        case 13:
            if name.equalsIgnoringCase("authorization") { return Self.once(&authorization, value) }
            if name.equalsIgnoringCase("last-event-id") { return Self.once(&lastEventID, value) }
        case 8: if name.equalsIgnoringCase("mcp-name") { return Self.once(&mcpName, value) }
        case 14:
            if name.equalsIgnoringCase("content-length") {
                // No blanks behind it: the codec takes a space there, but no tab.
                guard contentLength == nil, let length = Self.number(value.slice(of: bytes)), bytes[value.upper] == 0x0D else {
                    return false
                }
                contentLength = length
            } else if name.equalsIgnoringCase("mcp-session-id") {
                return Self.once(&session, value)
            }
        case 16: if name.equalsIgnoringCase("content-encoding") || name.equalsIgnoringCase("proxy-connection") { return false }
        case 17: if name.equalsIgnoringCase("transfer-encoding") { return false }
        case 20: if name.equalsIgnoringCase("mcp-protocol-version") { return Self.once(&protocolVersion, value) }
        default: break
        }
        if name.count > 10, UnsafeRawBufferPointer(rebasing: name[..<10]).equalsIgnoringCase("mcp-param-") { hasParameters = true }
        return true
    }

    /// The values of `Mcp-Param-NAME` in the head that these bytes begin with, whatever the case of `name`.
    package func parameter(_ name: String, _ bytes: UnsafeRawBufferPointer) -> [UnsafeRawBufferPointer] {
        guard hasParameters else { return [] }
        var reader = HeadReader(bytes)
        reader.skipLine()
        var found: [UnsafeRawBufferPointer] = []
        var field = ByteRange.none
        var value = ByteRange.none
        while case .done = reader.field(&field, &value), !field.isEmpty {
            let text = field.slice(of: bytes)
            guard text.count == name.utf8.count + 10, UnsafeRawBufferPointer(rebasing: text[..<10]).equalsIgnoringCase("mcp-param-") else {
                continue
            }
            if zip(text[10...], name.utf8).allSatisfy({ Self.lower($0) == Self.lower($1) }) { found.append(value.slice(of: bytes)) }
        }
        return found
    }

    /// The values of a field, line by line, in the head that these bytes begin with.
    package static func values(of name: StaticString, in bytes: UnsafeRawBufferPointer) -> [UnsafeRawBufferPointer] {
        var reader = HeadReader(bytes)
        reader.skipLine()
        var found: [UnsafeRawBufferPointer] = []
        var field = ByteRange.none
        var value = ByteRange.none
        while case .done = reader.field(&field, &value), !field.isEmpty {
            if field.slice(of: bytes).equalsIgnoringCase(name) { found.append(value.slice(of: bytes)) }
        }
        return found
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    private static func once(_ slot: inout ByteRange, _ value: ByteRange) -> Bool {
        guard slot.isEmpty, !value.isEmpty else { return false }
        slot = value
        return true
    }

    /// `1*DIGIT` of at most 15 digits.
    private static func number(_ text: UnsafeRawBufferPointer) -> Int? {
        guard text.count > 0, text.count <= 15 else { return nil }
        var value = 0
        for byte in text {
            guard byte &- 0x30 < 10 else { return nil }
            value = value * 10 + Int(byte &- 0x30)
        }
        return value
    }
}
