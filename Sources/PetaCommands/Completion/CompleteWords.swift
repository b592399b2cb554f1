import ArgumentParser
import PetaAdminAPI

/// What the completion of bash, zsh and fish asks at a Tab. Says nothing at all when something is wrong: nobody wants an error there.
///
/// The first line is `words` or `files`; words follow one a line, with a tab and a description where the shell shows one.
struct CompleteWords: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete-words", abstract: "Complete a command line for a shell.", shouldDisplay: false)

    @Argument var shell: Completion.Shell

    @Option(help: "The signs at which the shell breaks words.")
    var breaks = ""

    /// For bash the line up to the cursor; for the others its words, the last one being typed.
    @Argument(parsing: .postTerminator) var words: [String] = []

    func run() throws {
        let context = CommandContext.current
        var before = words
        var partial = before.popLast() ?? ""
        if shell == .bash {
            let line = ShellLine(partial)
            guard !line.endsInComment, line.open != .backslash else { return }
            before = line.last.map(\.text)
            partial = line.endsInWord ? before.popLast() ?? "" : ""
        }
        let socket = SocketLocator(variables: context.variables).socket(flag: Self.socket(in: before))
        let completer = ShellCompleter(isInside: false) { kind, server in
            let client = AdminClient(socket: socket, command: context.words, limitMilliseconds: LiveNames.patience)
            return (try? LiveNames.all(kind, server: server, client)) ?? []
        }
        switch completer.complete(Array(before.dropFirst()), partial) {
        case .nothing: return
        case .files: try context.console.write("files\n")
        case .words(let found):
            try context.console.write("words\n" + found.filter { Self.isHarmless($0.text) }.map { line($0, partial) }.joined())
        }
    }

    private func line(_ word: CompletionWord, _ partial: String) -> String {
        guard shell == .bash else { return word.text + (word.about.isEmpty ? "" : "\t" + word.about) + "\n" }
        // What stands before the last break is in the line already, and no part of the word for that shell.
        let kept = partial.lastIndex { breaks.contains($0) && ":=".contains($0) }.map { partial[...$0].count } ?? 0
        return word.text.dropFirst(kept) + "\n"
    }

    /// Names are those of the gateway that the line is about.
    private static func socket(in words: [String]) -> String? {
        let flag = "--admin-socket"
        if let last = words.last(where: { $0.hasPrefix(flag + "=") }) { return String(last.dropFirst(flag.count + 1)) }
        guard let index = words.lastIndex(of: flag), index + 1 < words.count else { return nil }
        return words[index + 1]
    }

    /// The shell puts it into the line as it is, and a tool's name is whatever a server chose.
    private static func isHarmless(_ word: String) -> Bool {
        Escaped.line(word) == word
            && word.unicodeScalars.allSatisfy { scalar in
                !scalar.isASCII || "._-@:/=+,%".unicodeScalars.contains(scalar) || scalar.properties.isAlphabetic
                    || ("0"..."9").contains(scalar)
            }
    }
}
