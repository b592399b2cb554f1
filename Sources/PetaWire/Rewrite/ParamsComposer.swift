/// Writes the `params` of a client's request as a server of either era gets them: its own name for the thing, Peta's progress token, and
/// the envelope made anew (MCP reference, section 10.1). Every other member goes byte for byte.
package struct ParamsComposer {
    /// What becomes of a member that belongs to a multi round-trip request.
    package enum Member: Sendable {
        /// Goes as it came.
        case keep
        /// Does not go.
        case drop
        /// Goes with this value instead, whether or not there was one.
        case replace([UInt8])
    }

    /// The value that is replaced: `name`, `uri` or `taskId` as the client spelled it; empty where nothing is.
    package var target = ByteRange.none
    /// What stands in for it, as JSON.
    package var replacement: [UInt8] = []
    /// Stands in for the client's progress token, where it gave one.
    package var progressToken: UInt64 = 0
    /// Members that `_meta` gets, joined by commas: the envelope towards a server of the modern era; nil towards the legacy one.
    package var envelope: [UInt8]?
    /// `inputResponses`.
    package var inputResponses = Member.drop
    /// `requestState`.
    package var requestState = Member.drop
    /// Members `traceparent` and `tracestate` that `_meta` gets in the place of the client's, joined by commas; nil leaves the client's.
    package var trace: [UInt8]?
    /// False drops `task`, the wish for a task of the legacy era.
    package var keepsTask = false

    /// Changes nothing but the envelope.
    package init() {}

    private typealias Emit = (UnsafeRawBufferPointer) -> Void

    /// Hands the pieces of the new params to `emit`, in order. `scan` is the scan of `message`, so the walk cannot fail in a message that
    /// has been scanned; what it has not understood it does not write.
    package func write(_ message: UnsafeRawBufferPointer, _ scan: MessageScan, _ emit: (UnsafeRawBufferPointer) -> Void) {
        var separator: StaticString = "{"
        func text(_ text: StaticString) { emit(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)) }
        func begin() {
            text(separator)
            separator = ","
        }
        func member(_ name: StaticString, _ value: [UInt8]) {
            begin()
            text(name)
            value.withUnsafeBytes(emit)
        }
        Self.members(of: scan.params, in: message) { key, whole, value in
            if value == target {
                begin()
                emit(ByteRange(whole.lower, value.lower).slice(of: message))
                return replacement.withUnsafeBytes(emit)
            }
            if value == scan.meta || value == scan.task && !keepsTask { return }
            if value == scan.inputResponses { guard case .keep = inputResponses else { return } }
            if value == scan.requestState { guard case .keep = requestState else { return } }
            begin()
            emit(whole.slice(of: message))
        }
        if case .replace(let value) = inputResponses { member("\"inputResponses\":", value) }
        if case .replace(let value) = requestState { member("\"requestState\":", value) }
        if envelope != nil || trace != nil || !scan.meta.isEmpty {
            begin()
            text("\"_meta\":")
            writeMeta(message, scan, emit)
        }
        text(separator.utf8CodeUnitCount == 1 && separator.utf8Start.pointee == 0x7B ? "{}" : "}")
    }

    private func writeMeta(_ message: UnsafeRawBufferPointer, _ scan: MessageScan, _ emit: (UnsafeRawBufferPointer) -> Void) {
        var isFirst = true
        func text(_ text: StaticString) { emit(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)) }
        func begin() {
            text(isFirst ? "{" : ",")
            isFirst = false
        }
        if !scan.meta.isEmpty {
            Self.members(of: scan.meta, in: message) { key, whole, value in
                if value == scan.progressToken {
                    begin()
                    emit(ByteRange(whole.lower, value.lower).slice(of: message))
                    return Array(String(progressToken).utf8).withUnsafeBytes(emit)
                }
                let own = [scan.envelopeVersion, scan.clientCapabilities, scan.clientInfo, scan.logLevel]
                guard !own.contains(value) else { return }
                if trace != nil, key.equals("traceparent", in: message) || key.equals("tracestate", in: message) { return }
                begin()
                emit(whole.slice(of: message))
            }
        }
        if let envelope {
            begin()
            envelope.withUnsafeBytes(emit)
        }
        if let trace {
            begin()
            trace.withUnsafeBytes(emit)
        }
        text(isFirst ? "{}" : "}")
    }

    /// Each member of an object in a message that has been scanned: its name, all of it, and its value.
    private static func members(
        of object: ByteRange, in message: UnsafeRawBufferPointer, _ each: (_ key: ByteRange, _ whole: ByteRange, _ value: ByteRange) -> Void
    ) {
        var cursor = JSONCursor(message)
        cursor.offset = object.lower + 1
        while true {
            cursor.skipSpace()
            guard cursor.peek == 0x22, cursor.offset < object.upper else { return }
            let start = cursor.offset
            guard let (key, _) = try? cursor.string() else { return }
            cursor.skipSpace()
            guard (try? cursor.expect(0x3A)) != nil, let value = try? cursor.value() else { return }
            each(key, ByteRange(start, value.upper), value)
            cursor.skipSpace()
            guard cursor.peek == 0x2C else { return }
            cursor.offset += 1
        }
    }
}
