/// What a person pressed.
package enum ReviewKey: Equatable, Sendable {
    /// A character that prints.
    case text(Character)
    case enter, escape, backspace, clear
    case up, down, pageUp, pageDown, home, end
    /// Ctrl-C, Ctrl-Z, Ctrl-L.
    case interrupt, suspend, redraw
    /// What the terminal says was pasted, not typed.
    case paste(String)
    /// A key without a meaning here.
    case other
}
