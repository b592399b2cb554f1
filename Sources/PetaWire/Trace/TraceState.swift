/// The list in which vendors carry what they need through a trace (W3C Trace Context, section 3.3). Passed on as it came, or not at all.
package enum TraceState {
    /// Bytes that are passed on at most. The specification asks for 512.
    package static let longest = 2048
    /// Members at most.
    package static let members = 32

    /// Whether the text is a list that may be passed on: keys and values of the grammar, no key twice. What is not goes as a whole, since
    /// nobody can say which part of it is meant.
    package static func isValid(_ text: UnsafeRawBufferPointer) -> Bool {
        guard text.count <= longest else { return false }
        var keys: [UnsafeRawBufferPointer] = []
        var at = 0
        while at <= text.count {
            let end = text[at...].firstIndex(of: 0x2C) ?? text.count
            let member = trimmed(UnsafeRawBufferPointer(rebasing: text[at..<end]))
            at = end + 1
            // Empty members are allowed, so that lists can be joined.
            guard !member.isEmpty else { continue }
            guard let equals = member.firstIndex(of: 0x3D) else { return false }
            let key = UnsafeRawBufferPointer(rebasing: member[..<equals])
            let value = UnsafeRawBufferPointer(rebasing: member[(equals + 1)...])
            guard isKey(key), isValue(value), keys.count < members, !keys.contains(where: { $0.elementsEqual(key) }) else { return false }
            keys.append(key)
        }
        return !keys.isEmpty
    }

    /// `simple-key` or `tenant@system`.
    private static func isKey(_ key: UnsafeRawBufferPointer) -> Bool {
        guard let at = key.firstIndex(of: 0x40) else { return key.count <= 256 && isName(key[...], digitMayLead: false) }
        return at <= 241 && key.count - at - 1 <= 14 && isName(key[..<at], digitMayLead: true)
            && isName(key[(at + 1)...], digitMayLead: false)
    }

    private static func isName(_ name: Slice<UnsafeRawBufferPointer>, digitMayLead: Bool) -> Bool {
        guard let first = name.first, isLetter(first) || digitMayLead && isDigit(first) else { return false }
        return name.allSatisfy { isLetter($0) || isDigit($0) || $0 == 0x5F || $0 == 0x2D || $0 == 0x2A || $0 == 0x2F }
    }

    /// Printable ASCII without `,` and `=`, not ending with a blank.
    private static func isValue(_ value: UnsafeRawBufferPointer) -> Bool {
        guard value.count <= 256, let last = value.last, last != 0x20 else { return false }
        return value.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != 0x2C && $0 != 0x3D }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 }
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    private static func trimmed(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var slice = text[...]
        while let first = slice.first, first == 0x20 || first == 0x09 { slice = slice.dropFirst() }
        while let last = slice.last, last == 0x20 || last == 0x09 { slice = slice.dropLast() }
        return UnsafeRawBufferPointer(rebasing: slice)
    }
}
