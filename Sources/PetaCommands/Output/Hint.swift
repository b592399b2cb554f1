/// What a failure says to do next.
package enum Hint {
    /// A hint is the command to type next, or says in a few words what to do; here it follows a sentence, so it becomes one.
    package static func sentence(_ hint: String) -> String {
        guard let first = hint.first, let last = hint.last else { return "" }
        let end = ".!?".contains(last) ? "" : "."
        let word = hint.prefix { $0 != " " }
        if commands.contains(String(word)) && end == "." { return "Try '\(hint)'." }
        // An option or a path is written as it is typed.
        return (first.isLetter && word.allSatisfy { $0.isLetter || ",;:'-".contains($0) } ? first.uppercased() + hint.dropFirst() : hint)
            + end
    }

    /// What a hint that is a command starts with.
    private static let commands: Set<String> = ["peta", "chmod"]
}
