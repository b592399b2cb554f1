/// Ids that people type: twelve of the characters that are not mistaken for others (Crockford's base 32), in lower case.
package enum ApprovalID {
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    static let length = 12

    /// A new one; 60 random bits.
    static func random() -> String {
        var bits = UInt64.random(in: .min ... .max)
        return String(
            decoding: (0..<length).map { _ in
                defer { bits >>= 5 }
                return alphabet[Int(bits & 31)]
            }, as: UTF8.self)
    }

    /// True for what could be one.
    package static func isValid(_ text: String) -> Bool { text.utf8.count == length && text.utf8.allSatisfy(alphabet.contains) }
}
