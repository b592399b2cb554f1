import ArgumentParser

/// Follows the arguments down the tree of commands, before they are parsed: for the audit, for errors, and for suggestions.
struct CommandWalk {
    /// The words that name a command: `["server", "add"]`.
    private(set) var words: [String] = []
    /// What to say about a word that names no command.
    private(set) var unknown: String?
    /// `--json` stands among the arguments, so an error is JSON too.
    let wantsJSON: Bool

    init(_ arguments: [String]) {
        let own = Array(arguments.prefix { $0 != "--" })
        wantsJSON = own.contains("--json")
        follow(own)
    }

    private mutating func follow(_ arguments: [String]) {
        var children = RootCommand.configuration.subcommands
        for word in arguments {
            // An option ends the walk: the root has only --help and --version, and a bare noun takes the flags of its list.
            if children.isEmpty || word.hasPrefix("-") || (word == "help" && words.isEmpty) { return }
            guard let child = children.first(where: { $0._commandName == word }) else {
                let names = children.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
                let place = words.isEmpty ? "peta" : "peta " + words.joined(separator: " ")
                unknown = "'\(Escaped.line(word))' is no command of '\(place)'" + Words.didYouMean(word, among: names)
                return
            }
            words.append(word)
            children = child.configuration.subcommands
        }
    }
}
