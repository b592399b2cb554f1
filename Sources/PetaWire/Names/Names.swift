/// How things of many servers share one set of names.
///
/// The canonical name `server::name` is the one that policy, audit and people use. Clients are shown listed names
/// (`safeNames`), because model vendors take only `[A-Za-z0-9_-]{1,64}`. A resource keeps its URI behind `server::`;
/// a server id is a valid URI scheme, so the whole stays a URI.
///
/// Everything here works on UTF-8 bytes: `Character` would not see the `::` in `a::` + U+0301.
package enum Names {
    /// Bytes of a listed name at most.
    package static let safeLimit = 64
    /// Bytes of a server id at most.
    package static let serverIDLimit = 63

    /// True for `^[a-z][a-z0-9-]{0,62}$`.
    package static func isServerID(_ text: some StringProtocol) -> Bool {
        var count = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): break
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): guard count > 0 else { return false }
            default: return false
            }
            count += 1
            guard count <= serverIDLimit else { return false }
        }
        return count > 0
    }

    /// True for `^[A-Za-z][A-Za-z0-9_.-]{0,127}$`.
    package static func isSecretName(_ text: some StringProtocol) -> Bool {
        var count = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): break
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
                guard count > 0 else { return false }
            default: return false
            }
            count += 1
            guard count <= 128 else { return false }
        }
        return count > 0
    }

    /// The canonical name of a tool or prompt, and the exposed form of a resource's URI or template.
    package static func canonical(server: String, name: String) -> String { server + "::" + name }

    /// Splits a canonical name, or an exposed URI, at its FIRST `::`: what follows may hold more of them.
    /// `nil` when there is none, when the part before it is no server id, or when nothing follows.
    package static func split(_ canonical: some StringProtocol) -> (server: String, name: String)? {
        let bytes = canonical.utf8
        let colon = UInt8(ascii: ":")
        guard let first = bytes.firstIndex(of: colon) else { return nil }
        let second = bytes.index(after: first)
        guard second < bytes.endIndex, bytes[second] == colon else { return nil }
        let rest = bytes[bytes.index(after: second)...]
        let server = String(decoding: bytes[..<first], as: UTF8.self)
        guard !rest.isEmpty, isServerID(server) else { return nil }
        return (server, String(decoding: rest, as: UTF8.self))
    }

    /// 64-bit FNV-1a: stable over machines, versions and restarts, and good enough to tell names apart.
    /// It keeps nobody from making two names of one hash, so nothing may rest on it alone.
    package static func fnv1a(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 {
            hash ^= UInt64(byte)
            hash = hash &* 0x0000_0100_0000_01B3
        }
        return hash
    }
}
