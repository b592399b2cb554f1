internal import NIOCore
internal import PetaDownstream
internal import PetaWire

/// What the one run of an approved call answered, as it is kept for retries that come late: a client of either era may ask.
struct KeptResult {
    let isError: Bool
    /// True for an error, and for a tool's result that says that it failed.
    let isFailure: Bool
    /// The HTTP status in the modern era.
    let status: Int
    private let isModern: Bool
    private let member: [UInt8]

    /// From an answer of this era; nil where there is none in it.
    init?(_ reply: Reply, isModern: Bool) {
        var whole = reply.body
        if let middle = reply.middle { whole.writeImmutableBuffer(middle) }
        if let tail = reply.tail { whole.writeImmutableBuffer(tail) }
        guard let scan = try? whole.scanMessage(), scan.kind == .result || scan.kind == .error else { return nil }
        isError = scan.kind == .error
        isFailure = isError || scan.resultIsError
        status = reply.status
        self.isModern = isModern
        member = whole.bytes(isError ? scan.error : scan.result)
    }

    /// One line of facts, then the member of the answer.
    var stored: [UInt8] {
        Array("1 \(isError ? "e" : "r") \(isFailure ? "f" : "o") \(isModern ? "m" : "l") \(status)\n".utf8) + member
    }

    /// What `stored` gave.
    init?(_ stored: [UInt8]) {
        guard let end = stored.firstIndex(of: 0x0A) else { return nil }
        let facts = String(decoding: stored[..<end], as: UTF8.self).split(separator: " ")
        guard facts.count == 5, facts[0] == "1", let status = Int(facts[4]) else { return nil }
        isError = facts[1] == "e"
        isFailure = facts[2] == "f"
        isModern = facts[3] == "m"
        self.status = isModern ? status : facts[1] == "e" ? 200 : status
        member = Array(stored[(end + 1)...])
    }

    /// The member in the words of an era.
    func bytes(isModern: Bool, serverInfo: JSON) -> [UInt8] {
        guard isModern != self.isModern, !isError, var result = try? JSON.parse(member, limits: .answer), result.object != nil else {
            return member
        }
        var meta = result["_meta"] ?? [:]
        if isModern {
            result.set(key: "resultType", value: "complete")
            meta.set(key: "io.modelcontextprotocol/serverInfo", value: serverInfo)
        } else {
            result.remove("resultType")
            meta.remove("io.modelcontextprotocol/serverInfo")
        }
        if meta.object?.isEmpty == false { result.set(key: "_meta", value: meta) } else { result.remove("_meta") }
        return result.bytes
    }
}
