import PetaAdminAPI

/// Reads what the log said of itself elsewhere.
enum AnchorLines {
    /// The last lines of a file, up to as many as can be compared at once. Throws for a file without any.
    static func read(_ path: String, console: Console) throws -> [String] {
        let bytes = path == "-" ? try TextFile.read(console.input, path: "standard input") : try TextFile.read(path)
        var lines: [String] = []
        for (number, line) in bytes.split(separator: 0x0A).enumerated() {
            let text = String(decoding: line, as: UTF8.self)
            if text.allSatisfy(\.isWhitespace) { continue }
            guard line.count <= 512, text.hasPrefix("{") else {
                throw AdminError(
                    .invalidArgument, "\(path), line \(number + 1) is no anchor",
                    hint: "An anchor is a line that 'peta audit anchor' prints")
            }
            lines.append(text)
        }
        guard !lines.isEmpty else { throw AdminError(.invalidArgument, "\(path) holds no anchor") }
        return lines.suffix(AuditAnchorLines.most)
    }
}
