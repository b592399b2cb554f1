import PetaWire

/// What may be stored. Each refusal names the field.
enum IdentityRules {
    static func check(userID id: String) throws(IdentityError) {
        let bytes = Array(id.utf8)
        guard (1...64).contains(bytes.count), isLowerOrDigit(bytes[0]), bytes.allSatisfy({ isLowerOrDigit($0) || ".@_-".utf8.contains($0) })
        else {
            throw .invalid("id", "a user id is 1 to 64 of a-z, 0-9, '.', '_', '@', '-' and starts with a letter or digit")
        }
    }

    static func check(serverID id: String, field: String = "server") throws(IdentityError) {
        let bytes = Array(id.utf8)
        guard (1...63).contains(bytes.count), isLower(bytes[0]), bytes.allSatisfy({ isLowerOrDigit($0) || $0 == UInt8(ascii: "-") })
        else {
            throw .invalid(field, "a server id is 1 to 63 of a-z, 0-9, '-' and starts with a letter")
        }
    }

    static func check(name: String, field: String = "name") throws(IdentityError) {
        guard !name.isEmpty, name.utf8.count <= IdentityLimits.nameBytes, isOneLine(name) else {
            throw .invalid(field, "1 to \(IdentityLimits.nameBytes) bytes without control characters")
        }
    }

    static func check(notes: String) throws(IdentityError) {
        guard notes.utf8.count <= IdentityLimits.notesBytes, isOneLine(notes.replacing("\n", with: " ")) else {
            throw .invalid("notes", "at most \(IdentityLimits.notesBytes) bytes without control characters other than line ends")
        }
    }

    static func check(labels: [String: String]) throws(IdentityError) {
        guard labels.count <= IdentityLimits.labels else { throw .invalid("labels", "at most \(IdentityLimits.labels)") }
        for (key, value) in labels {
            let bytes = Array(key.utf8)
            guard (1...IdentityLimits.labelKeyBytes).contains(bytes.count), isLetter(bytes[0]),
                bytes.allSatisfy({ isLetter($0) || isDigit($0) || "._-".utf8.contains($0) })
            else {
                throw .invalid(
                    "labels", "a key is 1 to \(IdentityLimits.labelKeyBytes) letters, digits, '.', '_', '-' and starts with a letter")
            }
            guard value.utf8.count <= IdentityLimits.labelValueBytes, isOneLine(value) else {
                throw .invalid(
                    "labels", "the value of '\(key)' is at most \(IdentityLimits.labelValueBytes) bytes without control characters")
            }
        }
    }

    /// Any name that a server may give, so that none is beyond reach.
    static func check(target: CapabilityName?, field: String = "name") throws(IdentityError) {
        guard let target else { return }
        guard (1...target.kind.nameLimit).contains(target.name.utf8.count), !target.name.utf8.contains(0) else {
            throw .invalid(field, "the name of a \(target.kind.rawValue) is 1 to \(target.kind.nameLimit) bytes, none of them zero")
        }
    }

    static func check(uid: UInt32?) throws(IdentityError) {
        // What the kernel says instead of a user.
        guard uid != .max else { throw .invalid("uid", "0 to \(UInt32.max - 1)") }
    }

    static func check(concurrent: Int?) throws(IdentityError) {
        guard (0...IdentityLimits.concurrent).contains(concurrent ?? 0) else {
            throw .invalid("concurrent", "0 to \(IdentityLimits.concurrent)")
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private static func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { isLower(byte | 0x20) }
    private static func isLowerOrDigit(_ byte: UInt8) -> Bool { isLower(byte) || isDigit(byte) }
    private static func isOneLine(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}
