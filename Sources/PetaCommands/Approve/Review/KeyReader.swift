/// Makes keys of the bytes that a terminal sends (ECMA-48 sequences, UTF-8). An unknown sequence is one key, and none of its bytes
/// is taken for a letter.
package struct KeyReader {
    private var buffer: [UInt8] = []
    /// What was pasted so far, while a paste goes on.
    private var pasted: [UInt8]?
    /// The most that is kept of a paste, in bytes.
    private static let longestPaste = 16 << 10
    private static let longestSequence = 64
    private static let pasteEnd = Array("\u{1B}[201~".utf8)

    package init() {}

    /// Bytes are there that may become a key with more; where nothing follows soon, `giveUp` says what they are.
    package var isWaiting: Bool { !buffer.isEmpty && pasted == nil }

    /// The keys that are complete.
    package mutating func feed(_ bytes: some Sequence<UInt8>) -> [ReviewKey] {
        buffer += bytes
        var keys: [ReviewKey] = []
        while !buffer.isEmpty {
            if pasted != nil {
                guard let key = paste() else { return keys }
                keys.append(key)
            } else {
                guard let (key, count) = next() else { return keys }
                buffer.removeFirst(count)
                if let key { keys.append(key) }
            }
        }
        return keys
    }

    /// Nothing more came: a lone escape is the key Esc.
    package mutating func giveUp() -> [ReviewKey] {
        guard isWaiting else { return [] }
        let key: ReviewKey = buffer == [0x1B] ? .escape : .other
        buffer.removeAll()
        return [key]
    }

    /// Forgets what is not complete.
    package mutating func reset() { self = KeyReader() }

    private mutating func paste() -> ReviewKey? {
        var text = pasted ?? []
        if let end = buffer.indices.first(where: { buffer[$0...].starts(with: Self.pasteEnd) }) {
            text += buffer[..<end]
            buffer.removeFirst(end + Self.pasteEnd.count)
            pasted = nil
            return .paste(String(decoding: text.prefix(Self.longestPaste), as: UTF8.self))
        }
        // The end may be there in part.
        let whole = max(0, buffer.count - Self.pasteEnd.count)
        text = Array((text + buffer[..<whole]).prefix(Self.longestPaste))
        buffer.removeFirst(whole)
        pasted = text
        return nil
    }

    /// The first key with its bytes; nil where more bytes are needed. A nil key is nothing to tell.
    private mutating func next() -> (ReviewKey?, Int)? {
        let first = buffer[0]
        switch first {
        case 0x1B: return sequence()
        case 0x03: return (.interrupt, 1)
        case 0x1A: return (.suspend, 1)
        case 0x0C: return (.redraw, 1)
        case 0x0A, 0x0D: return (.enter, 1)
        case 0x08, 0x7F: return (.backspace, 1)
        case 0x15: return (.clear, 1)
        case 0..<0x20: return (.other, 1)
        case 0x20..<0x7F: return (.text(Character(Unicode.Scalar(first))), 1)
        default: return scalar(first)
        }
    }

    private func scalar(_ first: UInt8) -> (ReviewKey?, Int)? {
        let count = first > 0xF4 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1
        let begun = buffer.prefix(count)
        guard count > 1, begun.dropFirst().allSatisfy({ $0 & 0xC0 == 0x80 }) else { return (.other, 1) }
        guard begun.count == count else { return nil }
        guard let text = String(validating: begun, as: UTF8.self), let character = text.first,
            character.unicodeScalars.first?.properties.generalCategory != .control
        else { return (.other, 1) }
        return (.text(character), count)
    }

    private mutating func sequence() -> (ReviewKey?, Int)? {
        guard buffer.count > 1 else { return nil }
        switch buffer[1] {
        case 0x1B: return (.escape, 1)
        case UInt8(ascii: "O"):
            guard buffer.count > 2 else { return nil }
            return (Self.plain(buffer[2]), 3)
        case UInt8(ascii: "["): break
        default: return (.other, 2)
        }
        guard let end = buffer.indices.dropFirst(2).first(where: { !(0x20...0x3F).contains(buffer[$0]) }) else {
            return buffer.count > Self.longestSequence ? (.other, buffer.count) : nil
        }
        guard (0x40...0x7E).contains(buffer[end]) else { return (.other, end) }
        let parameters = String(decoding: buffer[2..<end], as: UTF8.self)
        guard buffer[end] == UInt8(ascii: "~") else { return (parameters.isEmpty ? Self.plain(buffer[end]) : .other, end + 1) }
        switch parameters {
        case "1", "7": return (.home, end + 1)
        case "4", "8": return (.end, end + 1)
        case "5": return (.pageUp, end + 1)
        case "6": return (.pageDown, end + 1)
        case "200":
            pasted = []
            return (nil, end + 1)
        default: return (.other, end + 1)
        }
    }

    private static func plain(_ final: UInt8) -> ReviewKey {
        switch final {
        case UInt8(ascii: "A"): .up
        case UInt8(ascii: "B"): .down
        case UInt8(ascii: "H"): .home
        case UInt8(ascii: "F"): .end
        default: .other
        }
    }
}
