/// What a piece of text means; becomes a colour where colours are used.
enum Style: Sendable {
    case plain, heading, faint, good, waiting, bad

    /// The text in this style. `usesColor` false leaves it as it is.
    func paint(_ text: String, usesColor: Bool) -> String {
        guard usesColor, let code else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    private var code: String? {
        switch self {
        case .plain: nil
        case .heading: "1"
        case .faint: "2"
        case .good: "32"
        case .waiting: "33"
        case .bad: "31"
        }
    }
}
