internal import NIOCore
internal import PetaWire

/// A legacy client's request as a modern server takes it.
enum ModernCall {
    /// The message with the gateway's envelope.
    static func enveloped(_ message: ByteBuffer) -> ByteBuffer {
        guard var tree = try? JSON.parse(Array(message.readableBytesView)) else { return message }
        var params = tree["params"] ?? [:]
        var meta = params["_meta"] ?? [:]
        for member in Envelope.own(software: "").object ?? [] { meta.set(key: member.key, value: member.value) }
        params.set(key: "_meta", value: meta)
        tree.set(key: "params", value: params)
        return ByteBuffer(bytes: tree.bytes)
    }

    /// Its header fields.
    static func fields(_ replacement: ForwardedCall.Replacement, _ method: [UInt8], _ scan: MessageScan) -> [UInt8] {
        var fields: [UInt8] = []
        method.withUnsafeBytes { method in
            guard case .piece(_, let quoted) = replacement, var name = (try? JSON.parse(quoted))?.string else {
                return ModernFields.append(method: method, name: nil, into: &fields)
            }
            name.withUTF8 { ModernFields.append(method: method, name: UnsafeRawBufferPointer($0), into: &fields) }
        }
        return fields
    }
}
