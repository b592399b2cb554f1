/// What a JSON-RPC message is, found in one walk over its bytes: positions, no tree (JSON-RPC 2.0; MCP base protocol).
///
/// Every byte of the message has been checked. The members that decide something (`id`, `method`, `params`, and in
/// `params` the ones named here) stand once and are spelled without escapes, so that no other reader sees others.
public struct MessageScan: Sendable {
    /// The four kinds of message.
    package enum Kind: Sendable { case request, notification, result, error }

    /// What kind of message it is.
    package var kind = Kind.request
    /// The `id` as it is spelled, quotes included; empty in a notification and in an error without one.
    package var id = ByteRange.none
    /// The method's name, without quotes.
    package var method = ByteRange.none
    /// The value of `params`, an object.
    package var params = ByteRange.none
    /// `params.name` as it is spelled, quotes included.
    package var name = ByteRange.none
    /// `params.uri` as it is spelled, quotes included.
    package var uri = ByteRange.none
    /// `params.arguments`.
    package var arguments = ByteRange.none
    /// `params._meta`.
    package var meta = ByteRange.none
    /// `params._meta.progressToken` or, in a progress notification, `params.progressToken`, as it is spelled.
    package var progressToken = ByteRange.none
    /// `params.requestId` (`notifications/cancelled`), as it is spelled.
    package var requestID = ByteRange.none
    /// `params._meta["io.modelcontextprotocol/protocolVersion"]`: the mark of the modern era.
    package var envelopeVersion = ByteRange.none
    /// `params._meta.traceparent` (W3C Trace Context), without quotes.
    package var traceParent = ByteRange.none
    /// `params._meta.tracestate`, without quotes.
    package var traceState = ByteRange.none
    /// `params._meta["io.modelcontextprotocol/clientCapabilities"]`.
    package var clientCapabilities = ByteRange.none
    /// `params._meta["io.modelcontextprotocol/clientInfo"]`.
    package var clientInfo = ByteRange.none
    /// `params._meta["io.modelcontextprotocol/logLevel"]`.
    package var logLevel = ByteRange.none
    /// `params.inputResponses` (multi round-trip requests, MCP reference, section 5.5).
    package var inputResponses = ByteRange.none
    /// `params.requestState`, as it is spelled.
    package var requestState = ByteRange.none
    /// `params.taskId`, as it is spelled.
    package var taskID = ByteRange.none
    /// `params.task`: the wish for a task (2025-11-25).
    package var task = ByteRange.none
    /// The value of `result`.
    package var result = ByteRange.none
    /// `result.resultType`, as it is spelled.
    package var resultType = ByteRange.none
    /// `result._meta`.
    package var resultMeta = ByteRange.none
    /// `result.structuredContent`.
    package var structuredContent = ByteRange.none
    /// True if the result says how long it may be kept (`ttlMs`).
    package var resultHasTTL = false
    /// True if the result has a member twice, or spelled with escapes, that says what kind of result it is: readers could differ about it.
    package var resultIsAmbiguous = false
    /// `result.cacheScope`, as it is spelled.
    package var cacheScope = ByteRange.none
    /// The value of `error`.
    package var error = ByteRange.none
    /// True if the result says `isError: true`: the tool ran and failed.
    package var resultIsError = false
    /// True if `name` or `uri` holds an escape, so that its bytes are not its text.
    package var targetIsEscaped = false

    /// True if params hold what only the modern era knows: none of it may reach a server as a client of the legacy era wrote it.
    package var hasModernMembers: Bool {
        !(envelopeVersion.isEmpty && clientCapabilities.isEmpty && clientInfo.isEmpty && logLevel.isEmpty && requestState.isEmpty
            && inputResponses.isEmpty)
    }

    /// Reads one message.
    package init(_ bytes: UnsafeRawBufferPointer, depthLimit: Int = 64) throws(ScanFailure) {
        var cursor = JSONCursor(bytes, depthLimit: depthLimit)
        cursor.skipSpace()
        if cursor.peek == 0x5B {
            _ = try cursor.value()
            throw .batch
        }
        guard cursor.peek == 0x7B else {
            _ = try cursor.value()
            throw .notAMessage("an object is expected")
        }
        var version = ByteRange.none
        var hasMethod = false
        var hasID = false
        var hasParams = false
        try Self.members(&cursor) { (key, at, cursor) throws(ScanFailure) in
            if key.equals("jsonrpc") {
                try Self.once(version.isEmpty, at)
                version = try cursor.value(depth: 1)
            } else if key.equals("id") {
                try Self.once(!hasID, at)
                hasID = true
                self.id = try cursor.value(depth: 1)
            } else if key.equals("method") {
                try Self.once(!hasMethod, at)
                hasMethod = true
                guard cursor.peek == 0x22 else { throw .notAMessage("method is not a string") }
                let (content, escaped) = try cursor.string()
                guard !escaped else { throw .escapedName(at: content.lower) }
                self.method = content
            } else if key.equals("params") {
                try Self.once(!hasParams, at)
                hasParams = true
                try self.readParams(&cursor)
            } else if key.equals("result") {
                try Self.once(self.result.isEmpty, at)
                try self.readResult(&cursor)
            } else if key.equals("error") {
                try Self.once(self.error.isEmpty, at)
                self.error = try cursor.value(depth: 1)
            } else {
                try Self.notConfusable(key, at, "jsonrpc", "id", "method", "params")
                _ = try cursor.value(depth: 1)
            }
        }
        cursor.skipSpace()
        guard cursor.isAtEnd else { throw .syntax(at: cursor.offset) }
        guard version.equals("\"2.0\"", in: bytes) else { throw .notAMessage("jsonrpc is not \"2.0\"") }
        try settleKind(bytes, hasMethod: hasMethod, hasID: hasID)
    }

    private mutating func settleKind(_ bytes: UnsafeRawBufferPointer, hasMethod: Bool, hasID: Bool) throws(ScanFailure) {
        let hasResult = !result.isEmpty
        let hasError = !error.isEmpty
        if hasMethod {
            guard !hasResult, !hasError else { throw .notAMessage("a request with a result") }
            kind = hasID ? .request : .notification
        } else {
            guard hasResult != hasError else { throw .notAMessage("neither a request nor a response") }
            kind = hasResult ? .result : .error
            guard hasID || hasError else { throw .notAMessage("a result without an id") }
        }
        guard hasID else { return }
        // A string or an integer, never null; an error may say null when it could not read the id (MCP reference, section 2).
        let first = bytes[id.lower]
        if first == 0x22 {
            guard id.count <= 1026 else { throw .notAMessage("id is too long") }
        } else if first == 0x6E, kind == .error {
            id = .none
        } else {
            let digits = id.slice(of: bytes)
            guard first == 0x2D || first &- 0x30 < 10, digits.count <= 32, !digits.contains(where: { $0 == 0x2E || $0 | 0x20 == 0x65 })
            else {
                throw .notAMessage("id is neither a string nor an integer")
            }
        }
    }

    private mutating func readParams(_ cursor: inout JSONCursor) throws(ScanFailure) {
        cursor.skipSpace()
        let start = cursor.offset
        guard cursor.peek == 0x7B else { throw .notAMessage("params is not an object") }
        try Self.members(&cursor) { (key, at, cursor) throws(ScanFailure) in
            if key.equals("name") {
                try Self.once(self.name.isEmpty, at)
                self.name = try self.target(&cursor)
            } else if key.equals("uri") {
                try Self.once(self.uri.isEmpty, at)
                self.uri = try self.target(&cursor)
            } else if key.equals("arguments") {
                try Self.once(self.arguments.isEmpty, at)
                self.arguments = try cursor.value(depth: 2)
            } else if key.equals("_meta") {
                try Self.once(self.meta.isEmpty, at)
                try self.readMeta(&cursor)
            } else if key.equals("progressToken") {
                try Self.once(self.progressToken.isEmpty, at)
                self.progressToken = try cursor.value(depth: 2)
            } else if key.equals("requestId") {
                try Self.once(self.requestID.isEmpty, at)
                self.requestID = try cursor.value(depth: 2)
            } else if key.equals("inputResponses") {
                try Self.once(self.inputResponses.isEmpty, at)
                self.inputResponses = try cursor.value(depth: 2)
            } else if key.equals("requestState") {
                try Self.once(self.requestState.isEmpty, at)
                self.requestState = try cursor.value(depth: 2)
            } else if key.equals("taskId") {
                try Self.once(self.taskID.isEmpty, at)
                self.taskID = try cursor.value(depth: 2)
            } else if key.equals("task") {
                try Self.once(self.task.isEmpty, at)
                self.task = try cursor.value(depth: 2)
            } else {
                try Self.notConfusable(key, at, "name", "uri", "arguments", "_meta")
                _ = try cursor.value(depth: 2)
            }
        }
        params = ByteRange(start, cursor.offset)
    }

    private mutating func readResult(_ cursor: inout JSONCursor) throws(ScanFailure) {
        cursor.skipSpace()
        let start = cursor.offset
        if cursor.peek == 0x7B {
            try Self.members(&cursor, escapesFail: false) { (key, _, cursor) throws(ScanFailure) in
                let isTrue = cursor.peek == 0x74
                let value = try cursor.value(depth: 2)
                switch key.count {
                case 5:
                    if key.equals("_meta") {
                        Self.note(&self.resultMeta, value, &self.resultIsAmbiguous)
                    } else if key.equals("ttlMs") {
                        self.resultHasTTL = true
                    }
                case 7: if key.equals("isError") { self.resultIsError = isTrue }
                case 10:
                    if key.equals("resultType") {
                        Self.note(&self.resultType, value, &self.resultIsAmbiguous)
                    } else if key.equals("cacheScope") {
                        Self.note(&self.cacheScope, value, &self.resultIsAmbiguous)
                    }
                case 17: if key.equals("structuredContent") { self.structuredContent = value }
                default: break
                }
                if key.contains(0x5C) { self.resultIsAmbiguous = true }
            }
        } else {
            _ = try cursor.value(depth: 1)
        }
        result = ByteRange(start, cursor.offset)
    }

    private static func note(_ place: inout ByteRange, _ value: ByteRange, _ isAmbiguous: inout Bool) {
        if !place.isEmpty { isAmbiguous = true }
        place = value
    }

    /// A string with its quotes, or empty for a value of another type (whoever needs it will say so).
    private mutating func target(_ cursor: inout JSONCursor) throws(ScanFailure) -> ByteRange {
        guard cursor.peek == 0x22 else { return try cursor.value(depth: 2) }
        let (content, escaped) = try cursor.string()
        if escaped { targetIsEscaped = true }
        return ByteRange(content.lower - 1, content.upper + 1)
    }

    private mutating func readMeta(_ cursor: inout JSONCursor) throws(ScanFailure) {
        cursor.skipSpace()
        let start = cursor.offset
        guard cursor.peek == 0x7B else { throw .notAMessage("_meta is not an object") }
        try Self.members(&cursor) { (key, at, cursor) throws(ScanFailure) in
            if key.equals("progressToken") {
                try Self.once(self.progressToken.isEmpty, at)
                self.progressToken = try cursor.value(depth: 3)
            } else if key.equals("io.modelcontextprotocol/protocolVersion") {
                try Self.once(self.envelopeVersion.isEmpty, at)
                self.envelopeVersion = try cursor.value(depth: 3)
            } else if key.equals("io.modelcontextprotocol/clientCapabilities") {
                try Self.once(self.clientCapabilities.isEmpty, at)
                self.clientCapabilities = try cursor.value(depth: 3)
            } else if key.equals("io.modelcontextprotocol/clientInfo") {
                try Self.once(self.clientInfo.isEmpty, at)
                self.clientInfo = try cursor.value(depth: 3)
            } else if key.equals("io.modelcontextprotocol/logLevel") {
                try Self.once(self.logLevel.isEmpty, at)
                self.logLevel = try cursor.value(depth: 3)
            } else if key.equals("traceparent"), cursor.peek == 0x22 {
                try Self.once(self.traceParent.isEmpty, at)
                self.traceParent = try cursor.string().content
            } else if key.equals("tracestate"), cursor.peek == 0x22 {
                try Self.once(self.traceState.isEmpty, at)
                self.traceState = try cursor.string().content
            } else {
                _ = try cursor.value(depth: 3)
            }
        }
        meta = ByteRange(start, cursor.offset)
    }

    private static func once(_ first: Bool, _ at: Int) throws(ScanFailure) {
        guard first else { throw .duplicate(at: at) }
    }

    private static func notConfusable(
        _ key: UnsafeRawBufferPointer, _ at: Int, _ a: StaticString, _ b: StaticString, _ c: StaticString, _ d: StaticString
    ) throws(ScanFailure) {
        guard !key.equalsIgnoringCase(a), !key.equalsIgnoringCase(b), !key.equalsIgnoringCase(c), !key.equalsIgnoringCase(d) else {
            throw .confusableName(at: at)
        }
    }

    /// Walks the members of an object; `each` gets the name, its offset and a cursor at the value. Where names decide
    /// nothing, escapes in them are let through.
    @inline(__always) private static func members(
        _ cursor: inout JSONCursor,
        escapesFail: Bool = true,
        _ each: (_ key: UnsafeRawBufferPointer, _ at: Int, _ cursor: inout JSONCursor) throws(ScanFailure) -> Void
    ) throws(ScanFailure) {
        try cursor.expect(0x7B)
        cursor.skipSpace()
        if cursor.peek == 0x7D {
            cursor.offset += 1
            return
        }
        while true {
            cursor.skipSpace()
            let at = cursor.offset
            let (content, escaped) = try cursor.string()
            guard !escaped || !escapesFail else { throw .escapedName(at: at) }
            cursor.skipSpace()
            try cursor.expect(0x3A)
            cursor.skipSpace()
            try each(UnsafeRawBufferPointer(start: cursor.base + content.lower, count: content.count), at, &cursor)
            cursor.skipSpace()
            if cursor.peek == 0x2C {
                cursor.offset += 1
                continue
            }
            try cursor.expect(0x7D)
            return
        }
    }
}
