import Glibc

/// The fields of one record that are counted, found in one walk over its bytes and not copied. Strings are as they stand, escaped.
struct RecordFields {
    var time: Int64 = 0
    var isCall = false
    var user: UnsafeRawBufferPointer?
    var server: UnsafeRawBufferPointer?
    var tool: UnsafeRawBufferPointer?
    var client: UnsafeRawBufferPointer?
    var method: UnsafeRawBufferPointer?
    var target: UnsafeRawBufferPointer?
    var error: UnsafeRawBufferPointer?
    var approval: UnsafeRawBufferPointer?
    var outcome: AuditOutcome?
    var decision: AuditDecision?
    var duration: Int64?
    var downstream: Int64?
    var bytesIn: Int64?
    var bytesOut: Int64?
    var isCached = false

    /// - Throws: for what is no record.
    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(AuditDecodingError) {
        var members = try JSONMembers(bytes)
        var isTimed = false
        while let member = try members.next() {
            let key = UnsafeBufferPointer(rebasing: bytes[member.key])
            let value = UnsafeBufferPointer(rebasing: bytes[member.value])
            switch key.count {
            case 4:
                if Self.equal(key, "time") {
                    guard let found = Timestamp.parse(quoted: value) else { throw AuditDecodingError(reason: "expected a time", offset: 0) }
                    time = found
                    isTimed = true
                } else if Self.equal(key, "kind") {
                    isCall = value.count == 6 && value[1] == UInt8(ascii: "c")
                } else if Self.equal(key, "user") {
                    user = Self.content(value)
                } else if Self.equal(key, "tool") {
                    tool = Self.content(value)
                }
            case 5: if Self.equal(key, "error") { error = Self.content(value) }
            case 6:
                if Self.equal(key, "server") {
                    server = Self.content(value)
                } else if Self.equal(key, "method") {
                    method = Self.content(value)
                } else if Self.equal(key, "target") {
                    target = Self.content(value)
                } else if Self.equal(key, "cached") {
                    isCached = value.first == UInt8(ascii: "t")
                } else if Self.equal(key, "client") {
                    client = try Self.name(value)
                }
            case 7:
                if Self.equal(key, "outcome") {
                    outcome = Self.choice(value, AuditOutcome.allCases)
                } else if Self.equal(key, "bytesIn") {
                    bytesIn = Self.decimal(value, places: 0)
                }
            case 8:
                if Self.equal(key, "decision") {
                    decision = Self.choice(value, AuditDecision.allCases)
                } else if Self.equal(key, "bytesOut") {
                    bytesOut = Self.decimal(value, places: 0)
                }
            case 10:
                if Self.equal(key, "approvalId") {
                    approval = Self.content(value)
                } else if Self.equal(key, "durationMs") {
                    duration = Self.decimal(value, places: 3)
                }
            case 12: if Self.equal(key, "downstreamMs") { downstream = Self.decimal(value, places: 3) }
            default: break
            }
        }
        guard isTimed else { throw AuditDecodingError(reason: "expected a time", offset: 0) }
    }

    private static func name(_ client: UnsafeBufferPointer<UInt8>) throws(AuditDecodingError) -> UnsafeRawBufferPointer? {
        var members = try JSONMembers(client)
        while let member = try members.next() {
            if client[member.key].elementsEqual("name".utf8) { return content(UnsafeBufferPointer(rebasing: client[member.value])) }
        }
        return nil
    }

    @inline(__always)
    private static func equal(_ key: UnsafeBufferPointer<UInt8>, _ name: StaticString) -> Bool {
        guard let base = key.baseAddress else { return false }
        return memcmp(base, name.utf8Start, key.count) == 0
    }

    /// Without the quotes.
    private static func content(_ value: UnsafeBufferPointer<UInt8>) -> UnsafeRawBufferPointer? {
        guard value.count >= 2, value.first == UInt8(ascii: "\"") else { return nil }
        return UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: value[1..<value.count - 1]))
    }

    private static func choice<T: RawRepresentable<String>>(_ value: UnsafeBufferPointer<UInt8>, _ all: [T]) -> T? {
        guard let text = content(value) else { return nil }
        return all.first { text.elementsEqual($0.rawValue.utf8) }
    }

    /// A number that is not negative, times ten to the `places`; further decimals are cut.
    static func decimal(_ value: UnsafeBufferPointer<UInt8>, places: Int) -> Int64? {
        var number: Int64 = 0
        var left = -1
        for byte in value {
            if byte == UInt8(ascii: "."), left < 0 {
                left = places
                continue
            }
            guard (48...57).contains(byte) else { return nil }
            if left == 0 { continue }
            if left > 0 { left -= 1 }
            let (product, overflow) = number.multipliedReportingOverflow(by: 10)
            guard !overflow, product < .max - 10 else { return nil }
            number = product + Int64(byte - 48)
        }
        for _ in 0..<(left < 0 ? places : left) {
            let (product, overflow) = number.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            number = product
        }
        return value.isEmpty ? nil : number
    }
}
