/// A line of a document before it is broken to the width of a terminal. Its text is safe for one.
package struct ReviewLine: Equatable, Sendable {
    var text: String
    var style: Style
    /// How far what does not fit is indented, in columns.
    var hang: Int

    init(_ text: String, _ style: Style = .plain, hang: Int = 0) {
        self.text = text
        self.style = style
        self.hang = hang
    }
}
