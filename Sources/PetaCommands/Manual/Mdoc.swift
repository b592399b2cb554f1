/// Builds the text of a man page in the mdoc language (mdoc(7)).
struct Mdoc {
    private(set) var text = ""

    /// A macro line; arguments are escaped and quoted, so that no word of theirs is taken for a macro.
    mutating func macro(_ name: String, _ arguments: String...) {
        text += ([".\(name)"] + arguments.map(Self.quoted)).joined(separator: " ") + "\n"
    }

    /// A macro line as it is.
    mutating func raw(_ line: String) {
        text += line + "\n"
    }

    /// Running text, each sentence on lines of its own. An empty line begins a paragraph.
    mutating func prose(_ words: String) {
        for (index, paragraph) in words.split(separator: "\n\n").enumerated() {
            if index > 0 { text += ".Pp\n" }
            for sentence in Self.sentences(paragraph.split(separator: "\n").joined(separator: " ")) {
                var line = ""
                for word in sentence.split(separator: " ").map({ Self.escaped(String($0)) }) {
                    if !line.isEmpty, line.utf8.count + 1 + word.utf8.count > 78 {
                        text += Self.guarded(line) + "\n"
                        line = ""
                    }
                    line += (line.isEmpty ? "" : " ") + word
                }
                text += Self.guarded(line) + "\n"
            }
        }
    }

    /// Lines that keep their shape, such as examples.
    mutating func literal(_ lines: [String]) {
        text += ".Bd -literal -offset indent\n"
        for line in lines { text += Self.guarded(Self.escaped(line)) + "\n" }
        text += ".Ed\n"
    }

    static func quoted(_ argument: String) -> String {
        "\"" + escaped(argument).split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\(dq") + "\""
    }

    /// One word on a macro line; not taken for a macro, nor for the end of a sentence.
    static func word(_ text: String) -> String {
        let word = escaped(text)
        return word.first.map { "|([,.:;?!)]".contains($0) } ?? false ? "\\&" + word : word
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "\\": escaped += "\\e"
            case "-": escaped += "\\-"
            case "'": escaped += "\\(aq"
            case "`": escaped += "\\(ga"
            case "^": escaped += "\\(ha"
            case "~": escaped += "\\(ti"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    /// A line that begins with a dot would be a macro.
    private static func guarded(_ line: String) -> String {
        line.hasPrefix(".") ? "\\&" + line : line
    }

    private static func sentences(_ text: String) -> [String] {
        var sentences: [String] = []
        var current = ""
        for word in text.split(separator: " ") {
            current += (current.isEmpty ? "" : " ") + word
            if let last = word.last, ".?!".contains(last), word.count > 2 {
                sentences.append(current)
                current = ""
            }
        }
        if !current.isEmpty { sentences.append(current) }
        return sentences
    }
}
