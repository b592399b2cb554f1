/// Foreign text for a log or a finding, in printable characters alone.
package enum VisibleText {
    /// One line, cut after `limit` characters: what is hidden, steers a terminal or breaks a line is written as `\u{202e}`.
    package static func line(_ text: some StringProtocol, limit: Int = 120) -> String { line(text.unicodeScalars, limit: limit) }

    /// The same for a piece of a text.
    static func line(_ scalars: some Sequence<Unicode.Scalar>, limit: Int) -> String {
        var shown = ""
        var count = 0
        for scalar in scalars {
            guard count < limit else { return shown + "…" }
            count += 1
            switch scalar {
            case "\n": shown += "\\n"
            case "\r": shown += "\\r"
            case "\t": shown += "\\t"
            case "\\": shown += "\\\\"
            default:
                if HiddenScalar(scalar) == nil {
                    shown.unicodeScalars.append(scalar)
                } else {
                    shown += "\\u{" + String(scalar.value, radix: 16) + "}"
                }
            }
        }
        return shown
    }
}
