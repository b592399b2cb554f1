/// One cell of a table. The text is made safe for a terminal here, so that no command can forget it.
struct Cell: Sendable, Equatable, ExpressibleByStringInterpolation {
    let text: String
    let style: Style

    init(_ text: String, _ style: Style = .plain) {
        self.text = Escaped.line(text)
        self.style = style
    }

    init(stringLiteral text: String) {
        self.init(text)
    }

    /// A text that may be absent; a dash stands for nothing.
    init(_ text: String?) {
        self.init(text.flatMap { $0.isEmpty ? nil : $0 } ?? "-")
    }

    /// A number.
    init(_ number: Int) {
        self.init(String(number))
    }
}
