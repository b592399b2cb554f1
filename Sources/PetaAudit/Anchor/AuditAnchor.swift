package import PetaCrypto

/// Where the log ended at some moment, said somewhere else: whoever cuts or rewrites it later contradicts it.
///
/// As text it is one JSON object on one line.
package struct AuditAnchor: Sendable, Equatable {
    /// The longest line that is read, in bytes.
    package static let longest = 512

    /// Tells which log it is about: ``AuditLog/instance``.
    package let instance: String
    /// The last record's number; 0 for an empty log.
    package let seq: Int64
    /// When this was said, in microseconds since 1970.
    package let time: Int64
    /// The last record's MAC.
    package let head: SHA256Digest
    /// The MAC of all of this: only the log can say it.
    package let mac: SHA256Digest

    /// The line, without its end.
    package var line: String {
        #"{"instance":"\#(instance)","seq":\#(seq),"time":"\#(Timestamp.text(time))","head":"\#(head.hex)","mac":"\#(mac.hex)"}"#
    }

    /// Reads a line; nil where it is none.
    package init?(line: some StringProtocol) {
        let bytes = Array(line.utf8)
        guard bytes.count <= Self.longest else { return nil }
        let found: AuditAnchor? = bytes.withUnsafeBufferPointer { Self.read($0) }
        guard let found else { return nil }
        self = found
    }

    init(instance: String, seq: Int64, time: Int64, head: SHA256Digest, mac: SHA256Digest) {
        self.instance = instance
        self.seq = seq
        self.time = time
        self.head = head
        self.mac = mac
    }

    private static func read(_ bytes: UnsafeBufferPointer<UInt8>) -> AuditAnchor? {
        guard var members = try? JSONMembers(bytes) else { return nil }
        var texts: [String: String] = [:]
        var seq: Int64?
        var time: Int64?
        do throws(AuditDecodingError) {
            while let member = try members.next() {
                let value = UnsafeBufferPointer(rebasing: bytes[member.value])
                switch String(decoding: bytes[member.key], as: UTF8.self) {
                case "seq": seq = JSONValue.integer(value)
                case "time": time = Timestamp.parse(quoted: value)
                case let name: texts[name] = JSONValue.string(value)
                }
            }
        } catch {
            return nil
        }
        guard let instance = texts["instance"], instance.utf8.count <= 64, let seq, seq >= 0, let time,
            let head = texts["head"].flatMap({ SHA256Digest(hex: $0) }), let mac = texts["mac"].flatMap({ SHA256Digest(hex: $0) })
        else { return nil }
        return AuditAnchor(instance: instance, seq: seq, time: time, head: head, mac: mac)
    }
}

extension AuditChain {
    /// Says where the log ends.
    func anchor(seq: Int64, head: SHA256Digest, time: Int64) -> AuditAnchor {
        let instance = instance
        return AuditAnchor(instance: instance, seq: seq, time: time, head: head, mac: mac(instance, seq, time, head))
    }

    /// Whether the log said that.
    func said(_ anchor: AuditAnchor) -> Bool {
        anchor.instance == instance && mac(anchor.instance, anchor.seq, anchor.time, anchor.head) == anchor.mac
    }

    private func mac(_ instance: String, _ seq: Int64, _ time: Int64, _ head: SHA256Digest) -> SHA256Digest {
        sealed("peta audit shown", [seq, time], instance, head)
    }
}
