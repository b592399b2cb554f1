/// Numbers in reports.
enum Numbers {
    /// `1,234,567`.
    static func grouped(_ number: Int64) -> String {
        var digits = String(number.magnitude)
        var grouped = ""
        while digits.utf8.count > 3 {
            grouped = "," + digits.suffix(3) + grouped
            digits = String(digits.dropLast(3))
        }
        return (number < 0 ? "-" : "") + digits + grouped
    }

    /// `12 %`, `0.3 %`; `-` where it is none at all, and never 0 % or 100 % where it is not.
    static func share(_ part: Int64, of whole: Int64) -> String {
        guard whole > 0, part > 0 else { return "-" }
        if part == whole { return "100 %" }
        let percent = Double(part) / Double(whole) * 100
        if percent < 0.1 { return "<0.1 %" }
        if percent > 99.9 { return ">99.9 %" }
        return (percent < 9.95 || percent > 99 ? "\((percent * 10).rounded() / 10)" : "\(Int(percent.rounded()))").withoutZero + " %"
    }

    /// Filled up with blanks on the left.
    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - DisplayWidth.of(text))) + text
    }
}

extension String {
    fileprivate var withoutZero: String { hasSuffix(".0") ? String(dropLast(2)) : self }
}
