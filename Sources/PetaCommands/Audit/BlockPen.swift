/// Draws bars and lines out of characters.
struct BlockPen {
    let isASCII: Bool

    private static let eighths: [Character] = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]
    private static let heights: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    private static let asciiHeights: [Character] = [".", ":", "-", "=", "+", "*", "#", "@"]

    /// Whether the locale can show them, as the C library chooses it.
    static func isUTF8(_ variables: [String: String]) -> Bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { variables[$0] }.first { !$0.isEmpty } ?? ""
        let charset = locale.split(separator: ".").dropFirst().first?.prefix { $0 != "@" }.lowercased() ?? ""
        return charset == "utf-8" || charset == "utf8"
    }

    /// `share` of `width` columns, always exactly so wide. What is there at all is at least a sliver.
    func bar(_ share: Double, width: Int) -> String {
        guard width > 0 else { return "" }
        let share = share.isFinite ? min(max(share, 0), 1) : 0
        if isASCII {
            let full = share > 0 ? max(1, Int((share * Double(width)).rounded())) : 0
            return String(repeating: "#", count: full) + String(repeating: " ", count: width - full)
        }
        let units = share > 0 ? max(1, Int((share * Double(width * 8)).rounded())) : 0
        let (full, rest) = (units / 8, units % 8)
        let edge = full < width ? String(Self.eighths[rest]) : ""
        return String(repeating: "█", count: full) + edge + String(repeating: " ", count: width - full - edge.count)
    }

    /// A column for each number; nothing at all is blank. Numbers are added up to fit into `width`.
    func line(_ numbers: [Int64], width: Int) -> String {
        let numbers = Self.squeezed(numbers, width)
        guard let most = numbers.max(), most > 0 else { return String(repeating: " ", count: numbers.count) }
        let heights = isASCII ? Self.asciiHeights : Self.heights
        return String(
            numbers.map { number in
                number == 0 ? " " : heights[min(heights.count - 1, Int(Double(number) / Double(most) * Double(heights.count)))]
            })
    }

    /// A name as it can be shown, cut to a width and filled up to it.
    func name(_ text: String, width: Int) -> String {
        var safe = Escaped.line(text)
        if isASCII, !safe.utf8.allSatisfy({ $0 < 0x80 }) {
            safe = safe.unicodeScalars.reduce(into: "") { $0 += $1.isASCII ? String($1) : "\\u{\(String($1.value, radix: 16))}" }
        }
        if isASCII, safe.utf8.count > width {
            safe = width > 2 ? safe.prefix(width - 2) + ".." : String(safe.prefix(width))
        }
        let fitted = DisplayWidth.fit(safe, width)
        return fitted + String(repeating: " ", count: max(0, width - DisplayWidth.of(fitted)))
    }

    private static func squeezed(_ numbers: [Int64], _ width: Int) -> [Int64] {
        guard numbers.count > width, width > 0 else { return numbers }
        var squeezed = [Int64](repeating: 0, count: width)
        for (index, number) in numbers.enumerated() { squeezed[index * width / numbers.count] += number }
        return squeezed
    }
}
