/// Reads lines from a terminal that a person edits, key by key. It waits for nothing: the owner says when keys are there.
///
/// The one place that knows a library for that, so that another can take its place.
protocol LineEditor: AnyObject {
    /// What may complete the line; asked when a person presses Tab.
    var completer: (LineEditing) -> LineCompletion { get set }
    /// Shows a prompt and takes the terminal. One line at a time.
    func begin(_ prompt: String)
    /// Reads the keys that are there; the line when it is complete, and the terminal is given back then.
    func read() -> LineResult?
    /// Puts the cursor behind the line, before something is written there.
    func leaveLine()
    /// Gives the terminal back and forgets the line.
    func cancel()
    /// Gives the terminal back, to take it again in the middle of the line.
    func suspend()
    func resume()
    /// The terminal has another size.
    func resize()
    /// Changes the prompt of the line that is being typed, where that can be done without a person losing something.
    func replacePrompt(_ prompt: String)
    /// Puts a line where the arrow keys find it.
    func remember(_ line: String)
    func forgetAll()
}

/// The line so far.
package struct LineEditing {
    /// What stands before the cursor.
    package let text: String
    /// Where the piece begins that a completion replaces, in bytes. After the quote where one is open.
    package let start: Int

    package init(text: String, start: Int) {
        self.text = text
        self.start = start
    }
}

/// What became of a line.
enum LineResult: Equatable {
    case line(String)
    /// Ctrl-D at an empty line, or the terminal is gone.
    case end
}

/// What can stand in place of the piece of a line that is being typed.
package enum LineCompletion: Equatable {
    case nothing
    /// These, followed by a blank where there is one alone.
    case words([CompletionWord])
    case files
}
