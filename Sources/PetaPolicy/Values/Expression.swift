internal import CPetaRegex

/// A regular expression (RE2's syntax). Its time is linear in the text and its memory bounded, whatever expression and text are.
final class Expression: Sendable {
    /// Why something is no expression, in RE2's words.
    struct Invalid: Error { let why: String }

    /// The longest expression, in bytes.
    static let lengthLimit = 1_000
    /// What one may need, in bytes.
    private static let memory: Int64 = 1 << 20

    /// As it was written.
    let text: String
    private nonisolated(unsafe) let handle: OpaquePointer  // RE2 may be asked on any thread, and nothing changes it.

    init(_ text: String) throws(Invalid) {
        guard text.utf8.count <= Self.lengthLimit else { throw Invalid(why: "longer than \(Self.lengthLimit) bytes") }
        var why = [CChar](repeating: 0, count: 256)
        var copy = text
        let made = copy.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { peta_regex_make($0.baseAddress, $0.count, Self.memory, &why, why.count) }
        }
        guard let made else {
            throw Invalid(why: String(decoding: why.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        self.text = text
        handle = made
    }

    deinit { peta_regex_free(handle) }

    /// True if it is found anywhere in the text; `^` and `$` bind it to the ends.
    func isFound(in text: String) -> Bool {
        var copy = text
        return copy.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { peta_regex_found(handle, $0.baseAddress, $0.count) != 0 }
        }
    }
}
