/// Reads `NAME=VALUE` lines, as shells and clients know them.
enum EnvironmentFile {
    /// The variables in order; of one that stands there twice the last. A line that is none is passed over.
    static func read(_ bytes: [UInt8]) -> [(name: String, value: String)] {
        var found: [(name: String, value: String)] = []
        for raw in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            var line = raw.drop { $0 == " " || $0 == "\t" }
            if line.hasPrefix("export ") { line = line.dropFirst(7).drop { $0 == " " } }
            guard !line.hasPrefix("#"), let equals = line.firstIndex(of: "=") else { continue }
            let name = String(line[..<equals].reversed().drop { $0 == " " }.reversed())
            guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { continue }
            found.removeAll { $0.name == name }
            found.append((name, value(line[line.index(after: equals)...])))
        }
        return found
    }

    private static func value(_ text: Substring) -> String {
        let rest = text.drop { $0 == " " || $0 == "\t" }
        if let quote = rest.first, quote == "\"" || quote == "'", let end = rest.dropFirst().firstIndex(of: quote) {
            return String(rest[rest.index(after: rest.startIndex)..<end])
        }
        // A comment needs a space before it.
        let end = rest.firstRange(of: " #")?.lowerBound ?? rest.endIndex
        return String(rest[..<end].reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
