/// Why a text is not taken as JSON, and where. Never holds a piece of the text, which may be secret.
package struct JSONError: Error, Equatable, Sendable {
    /// The reasons.
    package enum Reason: Equatable, Sendable {
        case unexpectedEnd
        case unexpectedByte
        case trailingBytes
        case byteOrderMark
        case controlCharacter
        case badEscape
        case loneSurrogate
        case invalidUTF8
        case badNumber
        case numberTooLong
        case duplicateKey
        case tooDeep
        case tooManyValues
        case tooLarge
    }

    /// The reason.
    package let reason: Reason
    /// The byte at which it was found, from 0.
    package let offset: Int

    /// Makes an error.
    package init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// The reason in plain words, with the offset.
    package var message: String { "\(text) at byte \(offset)" }

    private var text: String {
        switch reason {
        case .unexpectedEnd: "the JSON text ends too early"
        case .unexpectedByte: "unexpected character"
        case .trailingBytes: "something follows the JSON value"
        case .byteOrderMark: "a byte order mark is not allowed"
        case .controlCharacter: "a control character in a string must be escaped"
        case .badEscape: "unknown escape in a string"
        case .loneSurrogate: "half a surrogate pair"
        case .invalidUTF8: "invalid UTF-8"
        case .badNumber: "malformed number"
        case .numberTooLong: "a number is too long"
        case .duplicateKey: "an object has the same key twice"
        case .tooDeep: "arrays and objects are nested too deep"
        case .tooManyValues: "too many values"
        case .tooLarge: "the JSON text is too large"
        }
    }
}
