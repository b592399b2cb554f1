/// What a client fills in by itself where a value says `${…}`.
enum ImportReference: Equatable {
    /// `${env:NAME}`, and `${NAME}` and `${NAME:-OTHER}` where the client knows them.
    case environment(String, standard: String?)
    /// `${input:ID}` of VS Code.
    case input(String)
    /// Something else that only the client knows, such as `${workspaceFolder}`.
    case client(String)

    /// A value taken apart.
    enum Part: Equatable {
        case text(String)
        case reference(ImportReference)
    }

    /// Takes a value apart. `bare`: also `${NAME}` alone is an environment variable wherever it stands; otherwise only where it is the whole
    /// value, since a shell's own `${HOME}` is for the shell. `${secret:NAME}` is Peta's and stays.
    static func parts(_ value: String, bare: Bool) -> [Part] {
        var parts: [Part] = []
        var text = ""
        var rest = value[...]
        func flush() {
            if !text.isEmpty { parts.append(.text(text)) }
            text = ""
        }
        while let open = rest.firstRange(of: "${") {
            text += rest[..<open.lowerBound]
            guard let close = rest[open.upperBound...].firstIndex(of: "}") else { break }
            let inner = rest[open.upperBound..<close]
            let whole = rest[open.lowerBound...close]
            let isAlone = whole.utf8.count == value.utf8.count || value.lowercased() == "bearer " + whole.lowercased()
            if let reference = read(inner, bare: bare || isAlone) {
                flush()
                parts.append(.reference(reference))
            } else {
                text += whole
            }
            rest = rest[rest.index(after: close)...]
        }
        text += rest
        // Gemini CLI also knows `$NAME`.
        if bare, parts.isEmpty, let dollar = text.lastIndex(of: "$") {
            let name = text[text.index(after: dollar)...]
            let isWord = name.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
            if !name.isEmpty, isWord, dollar == text.startIndex || text[text.index(before: dollar)] == " " {
                let before = String(text[..<dollar])
                return (before.isEmpty ? [] : [.text(before)]) + [.reference(.environment(String(name), standard: nil))]
            }
        }
        flush()
        return parts
    }

    private static func read(_ inner: Substring, bare: Bool) -> ImportReference? {
        if inner.hasPrefix("secret:") { return nil }
        if let name = behind("env:", inner) { return environment(name) }
        if let name = behind("input:", inner) { return .input(String(name)) }
        if known.contains(String(inner)) || inner.hasPrefix("workspaceFolder:") || inner.hasPrefix("config:") || inner.hasPrefix("command:")
            || inner.hasPrefix("file:")
        {
            return .client(String(inner))
        }
        return bare ? environment(inner) : nil
    }

    private static let known: Set<String> = [
        "workspaceFolder", "workspaceRoot", "workspaceFolderBasename", "userHome", "pathSeparator", "/", "cwd", "file", "fileDirname",
        "CLAUDE_PLUGIN_ROOT", "extensionPath", "workspacePath",
    ]

    private static func environment(_ text: Substring) -> ImportReference? {
        let name = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        guard !name.isEmpty else { return nil }
        let tail = text[name.endIndex...]
        if tail.isEmpty { return .environment(String(name), standard: nil) }
        return tail.hasPrefix(":-") ? .environment(String(name), standard: String(tail.dropFirst(2))) : nil
    }

    private static func behind(_ prefix: String, _ text: Substring) -> Substring? {
        guard text.hasPrefix(prefix), text.utf8.count > prefix.utf8.count else { return nil }
        return text.dropFirst(prefix.count)
    }
}
