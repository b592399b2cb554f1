import PetaCrypto

extension AuditRecord {
    /// Appends the record as one compact JSON object, without `seq`, in the order of the documented fields.
    package func encode(into bytes: inout [UInt8]) {
        withEncoded { bytes.append(contentsOf: $0) }
    }

    /// Gives the encoded record to `body`; the pointer is valid only inside. Allocates nothing for a record of common size.
    package func withEncoded<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        let small = try withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 8) { buffer -> R? in
            guard let count = encode(to: buffer) else { return nil }
            return try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        if let small { return small }
        return try withUnsafeTemporaryAllocation(byteCount: greatestSize, alignment: 8) { buffer in
            // greatestSize is enough for any content, so that nil cannot come; an empty record would be refused downstream.
            let count = encode(to: buffer) ?? 0
            return try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// Writes the record to `buffer`. Returns its size, or nil when it does not fit.
    package func encode(to buffer: UnsafeMutableRawBufferPointer) -> Int? {
        guard var out = JSONWriter(buffer) else { return nil }
        out.literal(#"{"time":""#)
        Timestamp.write(time, to: &out)
        out.literal(kind == .call ? #"","kind":"call""# : #"","kind":"admin""#)
        out.member(#","requestId":""#, requestID)
        if let trace {
            out.literal(#","traceId":""#)
            withUnsafeBytes(of: (trace.high.bigEndian, trace.low.bigEndian)) { out.hexadecimal($0) }
            out.byte(UInt8(ascii: "\""))
        }
        out.member(#","user":""#, user)
        out.member(#","role":""#, role)
        out.member(#","tokenId":""#, tokenID)
        writeClient(&out)
        out.member(#","address":""#, address)
        out.member(#","session":""#, session)
        out.member(#","method":""#, method)
        out.member(#","server":""#, server)
        out.member(#","tool":""#, tool)
        if let decision { out.literal(decision.member) }
        out.member(#","rule":""#, rule)
        out.member(#","approvalId":""#, approvalID)
        if let outcome { out.literal(outcome.member) }
        out.member(#","error":""#, error)
        if let duration {
            out.literal(#","durationMs":"#)
            out.milliseconds(duration)
        }
        if let downstreamDuration {
            out.literal(#","downstreamMs":"#)
            out.milliseconds(downstreamDuration)
        }
        out.member(#","bytesIn":"#, bytesIn)
        out.member(#","bytesOut":"#, bytesOut)
        if let cached { out.literal(cached ? #","cached":true"# : #","cached":false"#) }
        if let argumentsDigest {
            out.literal(#","argumentsDigest":""#)
            argumentsDigest.withUnsafeBytes { out.hexadecimal($0) }
            out.byte(UInt8(ascii: "\""))
        }
        out.whole(#","secrets":"#, secrets)
        out.whole(#","inputs":"#, inputs)
        out.whole(#","arguments":"#, arguments)
        writeAct(&out)
        out.byte(UInt8(ascii: "}"))
        return out.overflowed ? nil : out.count
    }

    private func writeClient(_ out: inout JSONWriter) {
        switch (clientName, clientVersion) {
        case (nil, nil): return
        case (let name?, let version):
            out.literal(#","client":{"name":""#)
            out.escaped(name)
            out.byte(UInt8(ascii: "\""))
            out.member(#","version":""#, version)
        case (nil, let version?):
            out.literal(#","client":{"version":""#)
            out.escaped(version)
            out.byte(UInt8(ascii: "\""))
        }
        out.byte(UInt8(ascii: "}"))
    }

    private func writeAct(_ out: inout JSONWriter) {
        out.member(#","uid":"#, uid.map(Int64.init))
        out.member(#","pid":"#, pid.map(Int64.init))
        out.member(#","command":""#, command)
        out.member(#","target":""#, target)
        out.member(#","detail":""#, detail)
    }

    /// An upper bound for the encoded size: every byte of every string escaped, and the fixed parts (under 1 KiB).
    private var greatestSize: Int {
        let strings = [
            requestID, user, role, tokenID, clientName, clientVersion, address, session, method, server, tool, rule, approvalID,
            error,
            command, target, detail, secrets, inputs, arguments,
        ]
        return strings.reduce(1024) { $0 + 6 * ($1?.utf8.count ?? 0) }
    }
}

extension AuditDecision {
    fileprivate var member: StaticString {
        switch self {
        case .allow: #","decision":"allow""#
        case .deny: #","decision":"deny""#
        case .requireApproval: #","decision":"require_approval""#
        }
    }
}

extension AuditOutcome {
    fileprivate var member: StaticString {
        switch self {
        case .ok: #","outcome":"ok""#
        case .error: #","outcome":"error""#
        case .denied: #","outcome":"denied""#
        case .pending: #","outcome":"pending""#
        case .cancelled: #","outcome":"cancelled""#
        case .timeout: #","outcome":"timeout""#
        case .lost: #","outcome":"lost""#
        case .stopped: #","outcome":"stopped""#
        }
    }
}

extension JSONWriter {
    /// `name` holds everything up to and with the opening quote of the value.
    @inline(__always)
    fileprivate mutating func member(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        literal(name)
        escaped(value)
        byte(UInt8(ascii: "\""))
    }

    /// A value that is JSON already.
    @inline(__always)
    fileprivate mutating func whole(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        literal(name)
        plain(value)
    }

    @inline(__always)
    fileprivate mutating func member(_ name: StaticString, _ value: Int64?) {
        guard let value else { return }
        literal(name)
        integer(value)
    }
}
