extension JSON {
    /// The value as compact JSON text.
    package var bytes: [UInt8] {
        var out: [UInt8] = []
        write(into: &out)
        return out
    }

    /// Appends the value as compact JSON text; numbers as they were spelled, members in their order.
    /// The depth of the tree is the depth of the recursion: parsed trees are bounded, others are the caller's care.
    package func write(into out: inout [UInt8]) {
        switch self {
        case .null: out.append(contentsOf: "null".utf8)
        case .bool(true): out.append(contentsOf: "true".utf8)
        case .bool(false): out.append(contentsOf: "false".utf8)
        case .number(let spelling): out.append(contentsOf: spelling.utf8)
        case .string(let text): Self.appendQuoted(text, into: &out)
        case .array(let items):
            out.append(UInt8(ascii: "["))
            var first = true
            for item in items {
                if first { first = false } else { out.append(UInt8(ascii: ",")) }
                item.write(into: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            var first = true
            for member in members {
                if first { first = false } else { out.append(UInt8(ascii: ",")) }
                Self.appendQuoted(member.key, into: &out)
                out.append(UInt8(ascii: ":"))
                member.value.write(into: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    /// Appends `text` as a JSON string, with its quotes.
    package static func appendQuoted(_ text: String, into out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        appendEscaped(text, into: &out)
        out.append(UInt8(ascii: "\""))
    }

    /// Appends `text` escaped for the inside of a JSON string, without quotes.
    package static func appendEscaped(_ text: String, into out: inout [UInt8]) {
        let done: Void? = text.utf8.withContiguousStorageIfAvailable { appendEscaped(UnsafeRawBufferPointer($0), into: &out) }
        if done == nil { Array(text.utf8).withUnsafeBytes { appendEscaped($0, into: &out) } }
    }

    /// Appends bytes escaped for the inside of a JSON string, without quotes. Quotes, backslashes and control
    /// characters are escaped; everything else is copied, so the caller answers for its being UTF-8.
    package static func appendEscaped(_ bytes: UnsafeRawBufferPointer, into out: inout [UInt8]) {
        guard let base = bytes.baseAddress else { return }
        var position = 0
        var plain = 0
        while position < bytes.count {
            if bytes.count - position >= 8 {
                let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                let found = ByteWord.stringStops(word)
                if found == 0 {
                    position += 8
                    continue
                }
                position += found.trailingZeroBitCount >> 3
            }
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 {
                out.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[plain..<position]))
                appendEscape(byte, into: &out)
                plain = position + 1
            }
            position += 1
        }
        out.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[plain...]))
    }

    private static func appendEscape(_ byte: UInt8, into out: inout [UInt8]) {
        out.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): out.append(byte)
        case 0x08: out.append(UInt8(ascii: "b"))
        case 0x09: out.append(UInt8(ascii: "t"))
        case 0x0A: out.append(UInt8(ascii: "n"))
        case 0x0C: out.append(UInt8(ascii: "f"))
        case 0x0D: out.append(UInt8(ascii: "r"))
        default:
            let digit = byte & 0x0F
            out.append(contentsOf: "u00".utf8)
            out.append(UInt8(ascii: "0") + byte >> 4)
            out.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
