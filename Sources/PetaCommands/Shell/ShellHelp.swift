import ArgumentParser

/// What `help` alone says in the shell.
enum ShellHelp {
    private static let words = [
        ("help COMMAND", "what a command does and takes"), ("history [COUNT]", "lines of before; --clear forgets them"),
        ("clear", "clear the screen"), ("exit, quit", "leave, as Ctrl-D does"),
    ]

    /// What one of these words does; nil where it is none.
    static func about(_ word: String) -> String? {
        ShellCompleter.own.first { $0.text == word && word != "help" }?.about
    }

    static func text(_ console: Console) -> String {
        var text = ""
        for group in RootCommand.groups {
            let commands = group.subcommands.filter { !ShellCompleter.refused.contains($0._commandName) }
            guard !commands.isEmpty else { continue }
            text += Style.heading.paint(group.name, usesColor: console.usesColor) + "\n"
            for command in commands { text += line(command._commandName, command.configuration.abstract, console) }
            text += "\n"
        }
        text += Style.heading.paint("Shell", usesColor: console.usesColor) + "\n"
        for (word, what) in words { text += line(word, what, console) }
        return text
    }

    private static func line(_ name: String, _ what: String, _ console: Console) -> String {
        // In a narrow one the names alone.
        if let width = console.width, width < 40 { return "  " + name + "\n" }
        let text = "  " + name + String(repeating: " ", count: max(1, 17 - name.utf8.count)) + what
        return (console.width.map { DisplayWidth.fit(text, $0) } ?? text) + "\n"
    }
}
