/// A pattern with `*` (any characters, also none) and `?` (one character); everything else stands for itself. Compared by bytes of UTF-8, in
/// time that is at most the product of both lengths.
struct Glob: Sendable, Hashable {
    private enum Form: Hashable {
        case all
        case exact
        case prefix
        case general
    }

    /// As it was written.
    let text: String
    private let pattern: [UInt8]
    private let form: Form

    /// The longest pattern, in bytes.
    static let lengthLimit = 256

    init(_ text: String) {
        self.text = text
        let bytes = Array(text.utf8)
        let star = UInt8(ascii: "*")
        let wild = bytes.filter { $0 == star || $0 == UInt8(ascii: "?") }.count
        if bytes == [star] {
            form = .all
        } else if wild == 0 {
            form = .exact
        } else {
            form = wild == 1 && bytes.last == star ? .prefix : .general
        }
        pattern = form == .prefix ? bytes.dropLast() : bytes
    }

    /// True where every text matches.
    var isAll: Bool { form == .all }
    /// True where one text alone matches.
    var isExact: Bool { form == .exact }

    func matches(_ text: String) -> Bool {
        if form == .all { return true }
        return text.utf8.withContiguousStorageIfAvailable(matches) ?? Array(text.utf8).withUnsafeBufferPointer(matches)
    }

    private func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        switch form {
        case .all: true
        case .exact: text.elementsEqual(pattern)
        case .prefix: text.starts(with: pattern)
        case .general: search(text)
        }
    }

    private func search(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var at = 0
        var place = 0
        /// Behind the last star, and where the text stood then.
        var again: (place: Int, at: Int)?
        while at < text.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                place += 1
                again = (place, at)
            } else if place < pattern.count, pattern[place] == UInt8(ascii: "?") {
                place += 1
                at += 1
                while at < text.count, text[at] & 0xC0 == 0x80 { at += 1 }
            } else if place < pattern.count, pattern[place] == text[at] {
                place += 1
                at += 1
            } else if let last = again {
                place = last.place
                at = last.at + 1
                again = (place, at)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
