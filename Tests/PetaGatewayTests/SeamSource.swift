import Foundation

/// The Swift sources of the package, as words: comments are gone, and what stands in string literals cannot be taken
/// for code.
struct SeamSource {
    /// One word, sign or string literal, and its line.
    struct Token: Equatable {
        enum Kind { case word, sign, text }
        var kind: Kind
        var text: String
        var line: Int
    }

    /// Path below `Sources`, such as `PetaGateway/Seam/Seam.swift`.
    let path: String
    let tokens: [Token]
    /// Where each word and sign stands.
    private let index: [String: [Int]]

    /// The room that the file belongs to.
    var room: String { path.split(separator: "/").first.map(String.init) ?? "" }

    /// Every source of the package, read once.
    static let all = Result { try read() }

    /// Found from this file.
    private static func read() throws -> [SeamSource] {
        let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources").standardizedFileURL
        guard let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil) else { return [] }
        var found: [SeamSource] = []
        for case let file as URL in walk where file.pathExtension == "swift" {
            let path = file.standardizedFileURL.path.dropFirst(root.path.count + 1)
            found.append(SeamSource(path: String(path), text: try String(contentsOf: file, encoding: .utf8)))
        }
        return found.sorted { $0.path < $1.path }
    }

    init(path: String, text: String) {
        self.path = path
        var reader = Reader(bytes: Array(text.utf8))
        let tokens = reader.read()
        self.tokens = tokens
        index = Dictionary(grouping: tokens.indices.filter { tokens[$0].kind != .text }) { tokens[$0].text }
    }

    /// The places at which these words and signs stand one behind the other.
    func places(_ words: String...) -> [Int] {
        guard let first = words.first else { return [] }
        return (index[first] ?? []).filter { start in words.indices.allSatisfy { word(start + $0) == words[$0] } }
    }

    /// The string literal at a place, if it is one.
    func literal(_ place: Int) -> String? {
        tokens.indices.contains(place) && tokens[place].kind == .text ? tokens[place].text : nil
    }

    /// The word or sign at a place; empty outside of the file and for a string literal.
    func word(_ place: Int) -> String {
        tokens.indices.contains(place) && tokens[place].kind != .text ? tokens[place].text : ""
    }

    /// Behind the bracket that closes the one at `place`.
    func closing(_ place: Int) -> Int {
        var depth = 0
        for at in place..<tokens.count where tokens[at].kind == .sign {
            if ["(", "[", "{"].contains(tokens[at].text) { depth += 1 }
            if [")", "]", "}"].contains(tokens[at].text) { depth -= 1 }
            if depth == 0 { return at + 1 }
        }
        return tokens.count
    }

    func line(_ place: Int) -> String { "\(path):\(tokens[min(place, tokens.count - 1)].line)" }

    /// A small lexer of Swift: enough to tell code from comments and text. Interpolations are read as code.
    private struct Reader {
        let bytes: [UInt8]
        var at = 0
        var line = 1
        var tokens: [Token] = []

        mutating func read() -> [Token] {
            while at < bytes.count { step() }
            return tokens
        }

        private func starts(_ text: StaticString) -> Bool {
            guard at + text.utf8CodeUnitCount <= bytes.count else { return false }
            for i in 0..<text.utf8CodeUnitCount where bytes[at + i] != text.utf8Start[i] { return false }
            return true
        }

        private static func isWord(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: "_") || byte >= 0x80 || (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
        }

        private mutating func advance(_ count: Int = 1) {
            for _ in 0..<count where at < bytes.count {
                if bytes[at] == 0x0A { line += 1 }
                at += 1
            }
        }

        private mutating func step() {
            let byte = bytes[at]
            if byte <= 0x20 { return advance() }
            if starts("//") {
                while at < bytes.count, bytes[at] != 0x0A { at += 1 }
                return
            }
            if starts("/*") { return blockComment() }
            if byte == UInt8(ascii: "`") { return advance() }
            if byte == UInt8(ascii: "\"") { return string(hashes: 0) }
            if byte == UInt8(ascii: "#") {
                var hashes = 0
                while at + hashes < bytes.count, bytes[at + hashes] == byte { hashes += 1 }
                if at + hashes < bytes.count, bytes[at + hashes] == UInt8(ascii: "\"") {
                    advance(hashes)
                    return string(hashes: hashes)
                }
            }
            let start = at
            if Self.isWord(byte) {
                while at < bytes.count, Self.isWord(bytes[at]) { at += 1 }
                tokens.append(Token(kind: .word, text: String(decoding: bytes[start..<at], as: UTF8.self), line: line))
            } else {
                tokens.append(Token(kind: .sign, text: String(decoding: [byte], as: UTF8.self), line: line))
                advance()
            }
        }

        private mutating func blockComment() {
            var depth = 0
            repeat {
                if starts("/*") {
                    depth += 1
                    advance(2)
                } else if starts("*/") {
                    depth -= 1
                    advance(2)
                } else {
                    advance()
                }
            } while depth > 0 && at < bytes.count
        }

        private mutating func string(hashes: Int) {
            let isLong = starts("\"\"\"")
            let end = Array(repeating: UInt8(ascii: "\""), count: isLong ? 3 : 1) + Array(repeating: UInt8(ascii: "#"), count: hashes)
            let escape = [UInt8(ascii: "\\")] + Array(repeating: UInt8(ascii: "#"), count: hashes)
            let first = line
            var text: [UInt8] = []
            var inside: [Token] = []
            advance(isLong ? 3 : 1)
            while at < bytes.count, !bytes[at...].starts(with: end) {
                guard bytes[at...].starts(with: escape) else {
                    text.append(bytes[at])
                    advance()
                    continue
                }
                advance(escape.count)
                if at < bytes.count, bytes[at] == UInt8(ascii: "(") {
                    let outer = tokens
                    tokens = []
                    interpolation()
                    inside += tokens
                    tokens = outer
                    text += Array("\\()".utf8)
                } else {
                    text.append(contentsOf: at < bytes.count ? [bytes[at]] : [])
                    advance()
                }
            }
            advance(end.count)
            tokens.append(Token(kind: .text, text: String(decoding: text, as: UTF8.self), line: first))
            tokens += inside
        }

        private mutating func interpolation() {
            var depth = 0
            repeat {
                if bytes[at] == UInt8(ascii: "(") { depth += 1 }
                if bytes[at] == UInt8(ascii: ")") { depth -= 1 }
                step()
            } while depth > 0 && at < bytes.count
        }
    }
}
