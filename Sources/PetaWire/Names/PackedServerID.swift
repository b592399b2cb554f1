/// A server id of 55 to 63 bytes written into 56 bytes of `[A-Za-z0-9_-]`, reversibly.
///
/// An id has 37 different characters, a listed name 64, so 8 characters of an id fit into 7 (38^8 < 64^7; the 38th
/// stands for "past the end"), and its first 7 into 6: the first is one of 26 letters, and 26 * 37^6 < 64^6.
/// `L`, then 6, then 7 times 7 bytes: always 56, which leaves 8 for a hash. Each block is a number written in base 64,
/// from which its characters can be read back; that is all the proof that two ids never pack alike.
package enum PackedServerID {
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_".utf8)

    /// Packs a server id of 55 to 63 bytes.
    package static func pack(_ server: String) -> String {
        let id = Array(server.utf8)
        var out = [UInt8(ascii: "L")]
        append(value(of: id, from: 0, count: 7, base: 37), width: 6, to: &out)
        for block in 0..<7 { append(value(of: id, from: 7 + block * 8, count: 8, base: 38), width: 7, to: &out) }
        return String(decoding: out, as: UTF8.self)
    }

    /// `nil` when this is not what `pack` writes. The proof by running: only tests call it.
    package static func unpack(_ packed: some StringProtocol) -> String? {
        let bytes = Array(packed.utf8)
        guard bytes.count == 56, bytes[0] == UInt8(ascii: "L") else { return nil }
        var id: [UInt8] = []
        for block in 0..<8 {
            let digits = block == 0 ? bytes[1..<7] : bytes[(7 + (block - 1) * 7)..<(14 + (block - 1) * 7)]
            var value: UInt64 = 0
            for digit in digits {
                guard let index = alphabet.firstIndex(of: digit) else { return nil }
                value = value * 64 + UInt64(index)
            }
            let base: UInt64 = block == 0 ? 37 : 38
            var characters: [UInt8] = []
            for _ in 0..<(block == 0 ? 7 : 8) {
                if let character = character(value % base) { characters.append(character) }
                value /= base
            }
            id.append(contentsOf: characters.reversed())
        }
        return String(decoding: id, as: UTF8.self)
    }

    private static func value(of id: [UInt8], from start: Int, count: Int, base: UInt64) -> UInt64 {
        (start..<start + count).reduce(0) { $0 * base + (id.indices.contains($1) ? digit(id[$1]) : base - 1) }
    }

    private static func append(_ value: UInt64, width: Int, to out: inout [UInt8]) {
        for place in (0..<width).reversed() { out.append(alphabet[Int(value >> (6 * UInt64(place)) & 63)]) }
    }

    private static func digit(_ byte: UInt8) -> UInt64 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt64(byte - UInt8(ascii: "a"))
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0")) + 26
        default: 36
        }
    }

    private static func character(_ digit: UInt64) -> UInt8? {
        switch digit {
        case 0..<26: UInt8(digit) + UInt8(ascii: "a")
        case 26..<36: UInt8(digit - 26) + UInt8(ascii: "0")
        case 36: UInt8(ascii: "-")
        default: nil
        }
    }
}
