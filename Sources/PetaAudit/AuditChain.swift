import PetaCrypto

/// The keyed chain: `mac(n) = HMAC-SHA256(key, mac(n-1) ‖ seq ‖ time ‖ record)`, numbers as 8 bytes big-endian.
///
/// One owner, one thread at a time, as the MAC context in it.
final class AuditChain {
    private let mac: HMACSHA256

    init(key: SecretBytes) { mac = HMACSHA256(key: key) }

    /// What stands before the first record.
    var genesis: SHA256Digest { label("peta audit begin") }

    /// The MAC of one record.
    func link(after previous: SHA256Digest, seq: Int64, time: Int64, record: UnsafeRawBufferPointer) -> SHA256Digest {
        mac.update(previous)
        update(seq, time)
        mac.update(record)
        return mac.finish()
    }

    /// The MAC of the state row. Its first bytes are a label where a record's are a MAC, so neither can pass for the other.
    func seal(_ head: AuditHead) -> SHA256Digest {
        update(text: "peta audit state")
        update(head.seq, head.time)
        update(head.lag, 0)
        mac.update(head.mac)
        return mac.finish()
    }

    /// The head of an empty log.
    var empty: AuditHead { AuditHead(seq: 0, time: 0, lag: 0, mac: genesis) }

    /// The MAC of what is no record: a label of 16 bytes, numbers, a text of fixed length, a MAC.
    func sealed(_ label: StaticString, _ numbers: [Int64], _ text: String, _ mac: SHA256Digest) -> SHA256Digest {
        update(text: label)
        for number in numbers { update(number, 0) }
        var text = text
        text.withUTF8 { self.mac.update(UnsafeRawBufferPointer($0)) }
        self.mac.update(mac)
        return self.mac.finish()
    }

    /// Tells this log from others, and nothing about the key: 16 hexadecimal digits.
    var instance: String { String(label("peta audit which").hex.prefix(16)) }

    private func label(_ text: StaticString) -> SHA256Digest {
        update(text: text)
        return mac.finish()
    }

    private func update(text: StaticString) {
        text.withUTF8Buffer { mac.update(UnsafeRawBufferPointer($0)) }
    }

    private func update(_ a: Int64, _ b: Int64) {
        withUnsafeBytes(of: (a.bigEndian, b.bigEndian)) { mac.update($0) }
    }
}
