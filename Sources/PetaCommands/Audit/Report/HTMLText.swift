/// Text on its way into HTML.
enum HTMLText {
    /// Foreign text as content or as the value of an attribute in double quotes: what does not show itself becomes visible, and nothing of it is
    /// markup. Cut at so many characters.
    static func safe(_ text: String, most: Int = 300) -> String {
        let cut = text.count > most ? text.prefix(most - 1) + "…" : text[...]
        var safe = ""
        for scalar in Escaped.line(String(cut)).unicodeScalars {
            switch scalar {
            case "&": safe += "&amp;"
            case "<": safe += "&lt;"
            case ">": safe += "&gt;"
            case "\"": safe += "&quot;"
            case "'": safe += "&#39;"
            default: safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }

    /// A coordinate, with one decimal at most.
    static func number(_ value: Double) -> String {
        let rounded = (value * 10).rounded() / 10
        return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
    }
}
