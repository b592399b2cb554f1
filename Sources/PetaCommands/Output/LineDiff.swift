/// What differs between two texts, line by line, as `diff -u` shows it without its heads.
enum LineDiff {
    /// Lines of one text; of longer ones the rest is named and not compared.
    private static let limit = 400
    /// Lines around a difference that are shown.
    private static let context = 2

    /// Each line with `-`, `+` or a blank before it; equal stretches are cut to what stands around differences.
    static func lines(_ old: String, _ new: String) -> [(mark: Character, text: String)] {
        let (a, b) = (split(old), split(new))
        let all = compared(a, b)
        var kept = [Bool](repeating: false, count: all.count)
        for (index, line) in all.enumerated() where line.mark != " " {
            for near in max(0, index - context)...min(all.count - 1, index + context) { kept[near] = true }
        }
        var shown: [(mark: Character, text: String)] = []
        for (index, line) in all.enumerated() {
            if kept[index] {
                shown.append(line)
            } else if index == 0 || kept[index - 1] {
                shown.append((" ", "…"))
            }
        }
        return shown
    }

    private static func split(_ text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).prefix(limit + 1).map(String.init)
        if lines.count > limit { lines[limit] = "… (more lines)" }
        return lines
    }

    /// By the longest common subsequence; 400 lines make 160,000 steps at most.
    private static func compared(_ a: [String], _ b: [String]) -> [(mark: Character, text: String)] {
        func same(_ i: Int, _ j: Int) -> Bool { a[i].utf8.elementsEqual(b[j].utf8) }
        var lengths = [[Int32]](repeating: [Int32](repeating: 0, count: b.count + 1), count: a.count + 1)
        for i in a.indices.reversed() {
            for j in b.indices.reversed() {
                lengths[i][j] = same(i, j) ? lengths[i + 1][j + 1] + 1 : max(lengths[i + 1][j], lengths[i][j + 1])
            }
        }
        var lines: [(mark: Character, text: String)] = []
        var (i, j) = (0, 0)
        while i < a.count || j < b.count {
            if i < a.count, j < b.count, same(i, j) {
                lines.append((" ", a[i]))
                (i, j) = (i + 1, j + 1)
            } else if j == b.count || i < a.count && lengths[i + 1][j] >= lengths[i][j + 1] {
                lines.append(("-", a[i]))
                i += 1
            } else {
                lines.append(("+", b[j]))
                j += 1
            }
        }
        return lines
    }
}
