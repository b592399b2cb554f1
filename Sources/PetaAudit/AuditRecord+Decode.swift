import PetaCrypto

extension AuditRecord {
    /// Reads what ``encode(into:)`` wrote. Members it does not know are passed over.
    ///
    /// - Throws: ``AuditDecodingError`` when the bytes are not one JSON object, a known member has a value of
    ///   another kind, or `time` or `kind` is missing.
    package init(json: some Sequence<UInt8>) throws(AuditDecodingError) {
        var result: Result<AuditRecord, AuditDecodingError>?
        let decode: (UnsafeBufferPointer<UInt8>) -> Void = { bytes in
            do throws(AuditDecodingError) {
                result = .success(try AuditRecord(bytes: bytes))
            } catch {
                result = .failure(error)
            }
        }
        if json.withContiguousStorageIfAvailable(decode) == nil { Array(json).withUnsafeBufferPointer(decode) }
        guard let result else { throw AuditDecodingError(reason: "expected bytes", offset: 0) }
        self = try result.get()
    }

    init(bytes: UnsafeBufferPointer<UInt8>) throws(AuditDecodingError) {
        var members = try JSONMembers(bytes)
        var time: Int64?
        var kind: AuditKind?
        var record = AuditRecord(time: 0, kind: .call)
        while let member = try members.next() {
            let key = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[member.key]))
            let field = Field(member: member, text: UnsafeBufferPointer(rebasing: bytes[member.value]))
            switch String(decoding: key, as: UTF8.self) {
            case "time": time = try field.value(Timestamp.parse(quoted:))
            case "kind": kind = try field.choice()
            case let name: try record.set(name, field)
            }
        }
        guard let time, let kind else { throw AuditDecodingError(reason: "expected time and kind", offset: bytes.count) }
        record.time = time
        record.kind = kind
        self = record
    }

    private mutating func set(_ name: String, _ field: Field) throws(AuditDecodingError) {
        switch name {
        case "requestId": requestID = try field.string()
        case "traceId": traceID = try field.string()
        case "user": user = try field.string()
        case "role": role = try field.string()
        case "tokenId": tokenID = try field.string()
        case "client": try setClient(field)
        case "address": address = try field.string()
        case "session": session = try field.string()
        case "method": method = try field.string()
        case "server": server = try field.string()
        case "tool": tool = try field.string()
        case "decision": decision = try field.choice()
        case "rule": rule = try field.string()
        case "approvalId": approvalID = try field.string()
        case "outcome": outcome = try field.choice()
        case "error": error = try field.string()
        case "durationMs": duration = try field.value(JSONValue.milliseconds)
        case "downstreamMs": downstreamDuration = try field.value(JSONValue.milliseconds)
        case "bytesIn": bytesIn = try field.value(JSONValue.integer)
        case "bytesOut": bytesOut = try field.value(JSONValue.integer)
        case "cached": cached = try field.value(JSONValue.bool)
        case "argumentsDigest": argumentsDigest = try field.value { JSONValue.string($0).flatMap { SHA256Digest(hex: $0) } }
        case "secrets": secrets = try field.whole("[")
        case "inputs": inputs = try field.whole("{")
        case "arguments": arguments = try field.whole("{")
        default: try setAct(name, field)
        }
    }

    private mutating func setAct(_ name: String, _ field: Field) throws(AuditDecodingError) {
        switch name {
        case "uid": uid = try field.value { JSONValue.integer($0).flatMap { UInt32(exactly: $0) } }
        case "pid": pid = try field.value { JSONValue.integer($0).flatMap { Int32(exactly: $0) } }
        case "command": command = try field.string()
        case "target": target = try field.string()
        case "detail": detail = try field.string()
        default: break
        }
    }

    private mutating func setClient(_ field: Field) throws(AuditDecodingError) {
        var members = try JSONMembers(field.text)
        while let member = try members.next() {
            let inner = Field(member: member, text: UnsafeBufferPointer(rebasing: field.text[member.value]))
            switch String(decoding: field.text[member.key], as: UTF8.self) {
            case "name": clientName = try inner.string()
            case "version": clientVersion = try inner.string()
            default: break
            }
        }
    }
}

/// The value of one member, and where it stands for the sake of errors.
private struct Field {
    let member: JSONMembers.Member
    let text: UnsafeBufferPointer<UInt8>

    var failure: AuditDecodingError { AuditDecodingError(reason: "expected another kind of value", offset: member.value.lowerBound) }

    func value<T>(_ read: (UnsafeBufferPointer<UInt8>) -> T?) throws(AuditDecodingError) -> T {
        guard let value = read(text) else { throw failure }
        return value
    }

    func string() throws(AuditDecodingError) -> String { try value(JSONValue.string) }

    /// An array or object as it is written.
    func whole(_ opening: Character) throws(AuditDecodingError) -> String {
        try value { text in
            guard let first = text.first, Character(Unicode.Scalar(first)) == opening else { return nil }
            return String(validating: text, as: UTF8.self)
        }
    }

    func choice<T: RawRepresentable<String>>() throws(AuditDecodingError) -> T {
        try value { JSONValue.string($0).flatMap(T.init(rawValue:)) }
    }
}
