/// Finds what may stand at the cursor: nouns, verbs, options, values, and names that the gateway knows.
///
/// For the shell of `peta`, which has words of its own and leaves out what has no place in it, and for the shells of the system.
package struct ShellCompleter {
    /// Words that only the shell of `peta` knows.
    static let own = [
        ("clear", "Clear the screen."), ("exit", "Leave the shell."), ("help", "Tell what a command does."),
        ("history", "Show lines of before."), ("quit", "Leave the shell."),
    ].map { CompletionWord($0, $1) }
    /// Commands that have no place inside of it.
    static let refused = ["serve", "demo-server", "mcp-stdio", "shell"]

    private let isInside: Bool
    private let names: (NameKind, String?) -> [String]

    /// `names` gives the names of a kind, or of the tools of one server.
    package init(isInside: Bool = true, names: @escaping (NameKind, String?) -> [String]) {
        self.isInside = isInside
        self.names = names
    }

    /// What may stand in place of the piece of a line from `start` on, in bytes.
    package func complete(_ editing: LineEditing) -> LineCompletion {
        let line = ShellLine(editing.text)
        if line.endsInComment || line.open == .backslash { return .nothing }
        var words = line.last.map(\.text)
        var partial = ""
        var begin = editing.text.utf8.count
        if line.endsInWord, let word = line.last.last {
            partial = words.removeLast()
            begin = word.start + (line.open == nil ? 0 : 1)
        }
        // A word of quoted and other pieces: what the editor would put in place is not the whole of it.
        guard begin == editing.start else { return .nothing }
        if words.first == "peta" { words.removeFirst() }
        let answer = complete(words, partial)
        guard case .words(let found) = answer else { return answer }
        let plain = found.filter { Self.isPlain($0.text, line.open) }
        return plain.isEmpty ? .nothing : .words(plain)
    }

    /// What may follow these words and begins as `partial` does.
    func complete(_ words: [String], _ partial: String) -> LineCompletion {
        let answer = candidates(words, partial)
        guard case .words(let found) = answer else { return answer }
        var seen: Set<String> = []
        let fitting = found.filter { $0.text.hasPrefix(partial) && !$0.text.isEmpty && seen.insert($0.text).inserted }
        return fitting.isEmpty ? .nothing : .words(fitting.sorted { $0.text < $1.text })
    }

    private func candidates(_ words: [String], _ partial: String) -> LineCompletion {
        let root = CommandNode.root
        guard let first = words.first else {
            if partial.hasPrefix("-") { return .words([CompletionWord("--help", ""), CompletionWord("--version", "")]) }
            let commands = root.children.filter { !isInside || !Self.refused.contains($0.name) }.map(CompletionWord.init)
            return .words(commands + (isInside ? Self.own : [CompletionWord("help", "Tell what a command does.")]))
        }
        if first == "help" { return help(Array(words.dropFirst())) }
        if isInside, Self.own.contains(where: { $0.text == first }) {
            return first == "history" ? .words([CompletionWord("--clear", "Forget all lines.")]) : .nothing
        }
        var command = root
        var rest = words[...]
        while let word = rest.first, let child = command.child(word) {
            command = child
            rest = rest.dropFirst()
        }
        let children = command.children
        if !children.isEmpty {
            if rest.isEmpty, !partial.hasPrefix("-") { return .words(children.map(CompletionWord.init)) }
            // A bare noun takes what the verb takes that stands for it.
            guard let verb = command.defaultChild else { return .nothing }
            command = verb
        }
        return arguments(of: command, Array(rest), partial)
    }

    private func help(_ words: [String]) -> LineCompletion {
        var command = CommandNode.root
        for word in words {
            guard let child = command.child(word) else { return .nothing }
            command = child
        }
        return .words(command.children.map(CompletionWord.init))
    }

    private func arguments(of command: CommandNode, _ words: [String], _ partial: String) -> LineCompletion {
        let all = command.arguments
        let positionals = all.filter { $0.kind == "positional" && !$0.followsTerminator }
        var given: [String] = []
        var used: Set<String> = []
        var awaiting: CommandInfo.Argument?
        for word in words {
            if awaiting != nil {
                awaiting = nil
            } else if word == "--" {
                return all.contains { $0.followsTerminator } ? .files : .nothing
            } else if word.hasPrefix("-"), word.utf8.count > 1 {
                let name = String(word.prefix { $0 != "=" })
                guard let option = all.first(where: { $0.names.contains(name) }) else { continue }
                if !option.isRepeating { used.formUnion(option.names) }
                if option.kind == "option", !word.contains("=") { awaiting = option }
            } else {
                given.append(word)
            }
        }
        if let awaiting { return values(awaiting, positionals, given) }
        if partial.hasPrefix("-") { return options(all, used, partial) }
        let next = given.count < positionals.count ? positionals[given.count] : positionals.last.flatMap { $0.isRepeating ? $0 : nil }
        let found = next.map { values($0, positionals, given) } ?? .nothing
        if found == .nothing, partial.isEmpty { return options(all, used, partial) }
        return found
    }

    /// `--name`, or after `--name=` what may stand behind it.
    private func options(_ all: [CommandInfo.Argument], _ used: Set<String>, _ partial: String) -> LineCompletion {
        if let sign = partial.firstIndex(of: "=") {
            let name = String(partial[..<sign])
            guard let option = all.first(where: { $0.kind == "option" && $0.names.contains(name) }),
                case .words(let values) = values(option, [], [])
            else { return .nothing }
            return .words(values.map { CompletionWord(name + "=" + $0.text, $0.about) })
        }
        let names = all.flatMap { option in
            option.names.filter { $0.hasPrefix("--") && !used.contains($0) }.map { CompletionWord($0, option.abstract) }
        }
        return .words(names + [CompletionWord("--help", "Show help information.")])
    }

    private func values(_ argument: CommandInfo.Argument, _ positionals: [CommandInfo.Argument], _ given: [String]) -> LineCompletion {
        switch argument.completion {
        case .none: return .nothing
        case .files: return .files
        case .list(let values): return .words(values.map { CompletionWord($0, "") })
        case .names(let kind):
            // A tool is one of the server that stands before it.
            let server = zip(positionals, given).first { if case .names(.servers) = $0.0.completion { true } else { false } }?.1
            let found = names(kind, kind == .tools ? server : nil)
            return found.isEmpty ? .nothing : .words(found.map { CompletionWord($0, "") })
        }
    }

    /// A tool's name is whatever a server chose: what does not show itself, or means something to this shell, is not offered.
    private static func isPlain(_ word: String, _ open: ShellLine.Open?) -> Bool {
        guard word.utf8.count <= 256, Escaped.line(word) == word, !word.contains(where: { "'\"\\`$".contains($0) }) else { return false }
        if open != nil { return true }
        return !word.hasPrefix("#") && !word.contains { $0.isWhitespace || ";|<>&".contains($0) }
    }
}
