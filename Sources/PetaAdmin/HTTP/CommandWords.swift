/// The words of a command, such as `server add`, as a client tells them for the audit.
enum CommandWords {
    /// Nil unless these are one to four plain words of at most 64 bytes: what is an argument, and might be a secret, has no place here.
    static func read(_ text: String?) -> String? {
        guard let text, (1...64).contains(text.utf8.count) else { return nil }
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard (1...4).contains(words.count), words.allSatisfy(isWord) else { return nil }
        return text
    }

    private static func isWord(_ word: Substring) -> Bool {
        guard let first = word.utf8.first, isLetter(first) else { return false }
        return word.utf8.count <= 20 && word.utf8.allSatisfy { isLetter($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
}
