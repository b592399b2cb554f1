import PetaAdminAPI

/// JSON as the clients write and accept it: with comments, with a comma behind the last element, with a byte order mark.
enum LooseJSON {
    /// The tree of a document. Throws an error that names line and column, both counted from 1.
    static func read(_ bytes: [UInt8], path: String) throws(AdminError) -> JSONNode {
        do {
            return try JSONReader.read(strict(bytes))
        } catch {
            let place = position(error.offset, in: bytes)
            throw AdminError(
                .invalidArgument, "\(path):\(place.line):\(place.column): this is not JSON: \(error.reason)",
                hint: "Mend it there; nothing was imported.")
        }
    }

    /// The same bytes with white space in the place of what JSON does not have: whatever stands in one stands at the same place in the other.
    static func strict(_ bytes: [UInt8]) -> [UInt8] {
        var out = bytes
        var at = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        for index in 0..<at { out[index] = 0x20 }
        /// A comma behind which nothing has come yet.
        var comma: Int?
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                comma = nil
                at += 1
                while at < bytes.count, bytes[at] != UInt8(ascii: "\""), bytes[at] != 0x0A {
                    at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1
                }
                at += 1
            case UInt8(ascii: "/") where at + 1 < bytes.count && bytes[at + 1] == UInt8(ascii: "/"):
                while at < bytes.count, bytes[at] != 0x0A {
                    out[at] = 0x20
                    at += 1
                }
            case UInt8(ascii: "/") where at + 1 < bytes.count && bytes[at + 1] == UInt8(ascii: "*"):
                guard let end = closing(bytes, from: at + 2) else { return out }
                while at < end {
                    if out[at] != 0x0A { out[at] = 0x20 }
                    at += 1
                }
            case UInt8(ascii: ","):
                comma = at
                at += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if let found = comma { out[found] = 0x20 }
                comma = nil
                at += 1
            case 0x20, 0x09, 0x0A, 0x0D: at += 1
            default:
                comma = nil
                at += 1
            }
        }
        return out
    }

    private static func closing(_ bytes: [UInt8], from start: Int) -> Int? {
        var at = start
        while at + 1 < bytes.count {
            if bytes[at] == UInt8(ascii: "*"), bytes[at + 1] == UInt8(ascii: "/") { return at + 2 }
            at += 1
        }
        return nil
    }

    /// Where a byte stands, in lines and characters.
    static func position(_ offset: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
        let before = bytes[..<min(max(offset, 0), bytes.count)]
        let line = before.count { $0 == 0x0A } + 1
        let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        // Continuation bytes of UTF-8 are no characters of their own.
        return (line, before[start...].count { $0 & 0xC0 != 0x80 } + 1)
    }
}
