/// One of the words that may stand at the cursor.
package struct CompletionWord: Equatable, Sendable {
    package let text: String
    /// A sentence for shells that show one; may be empty.
    package let about: String

    init(_ text: String, _ about: String) {
        self.text = text
        self.about = about
    }

    init(_ command: CommandNode) { self.init(command.name, command.abstract) }
}
