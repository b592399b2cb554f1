import Glibc

/// A filter in a form that is compared with encoded records, without decoding them.
///
/// That works because the log only ever holds what ``AuditRecord/encode(into:)`` wrote: the same string is the same bytes.
struct AuditMatcher {
    private var wanted: [(key: [UInt8], value: [UInt8])] = []
    private let since: Int64
    private let until: Int64
    private let timed: Bool

    init(_ filter: AuditFilter) {
        since = filter.since ?? .min
        until = filter.until ?? .max
        timed = filter.since != nil || filter.until != nil
        want("kind", filter.kind?.rawValue)
        want("requestId", filter.requestID)
        want("user", filter.user)
        want("session", filter.session)
        want("server", filter.server)
        want("tool", filter.tool)
        want("decision", filter.decision?.rawValue)
        want("outcome", filter.outcome?.rawValue)
    }

    /// Whether the record fits. One that is not a record fits only when everything does.
    func matches(_ json: UnsafeRawBufferPointer) -> Bool {
        if wanted.isEmpty, !timed { return true }
        return json.withMemoryRebound(to: UInt8.self) { bytes in
            (try? matches(members: bytes)) ?? false
        }
    }

    private func matches(members bytes: UnsafeBufferPointer<UInt8>) throws(AuditDecodingError) -> Bool {
        var members = try JSONMembers(bytes)
        var missing = wanted.count
        var untimed = timed
        while missing > 0 || untimed, let member = try members.next() {
            if untimed, Self.equal(bytes, member.key, Self.timeKey) {
                guard let time = Timestamp.parse(quoted: UnsafeBufferPointer(rebasing: bytes[member.value])), since <= time, time <= until
                else { return false }
                untimed = false
            } else if missing > 0, let at = wanted.firstIndex(where: { Self.equal(bytes, member.key, $0.key) }) {
                guard Self.equal(bytes, member.value, wanted[at].value) else { return false }
                missing -= 1
            }
        }
        return missing == 0 && !untimed
    }

    private mutating func want(_ key: String, _ value: String?) {
        guard let value else { return }
        wanted.append((Array(key.utf8), JSONWriter.quoted(value)))
    }

    private static let timeKey = Array("time".utf8)

    @inline(__always)
    private static func equal(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ wanted: [UInt8]) -> Bool {
        guard range.count == wanted.count, let base = bytes.baseAddress else { return false }
        return memcmp(base + range.lowerBound, wanted, wanted.count) == 0
    }
}
