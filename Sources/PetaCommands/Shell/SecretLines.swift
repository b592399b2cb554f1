/// Which lines may be kept: none that holds a secret, or is about one.
package enum SecretLines {
    /// Commands whose lines are never kept, whatever they hold.
    private static let commands = [["secret", "set"], ["secret", "rotate"], ["token"], ["vault"], ["backup"]]
    private static let names = [
        "token", "secret", "password", "passwd", "passphrase", "api_key", "apikey", "api-key", "authorization", "cookie", "credential",
        "bearer", "private_key", "private-key",
    ]

    /// Whether a line of these words may be kept, in memory and in the file. `text` is the line as it was typed.
    package static func mayKeep(_ words: [String], text: String) -> Bool {
        // As in other shells: who does not want a line to be kept begins it with a blank.
        guard let first = text.unicodeScalars.first, first != " ", first != "\t" else { return false }
        if commands.contains(where: { words.starts(with: $0) }) { return false }
        return !words.contains(where: holdsSecret)
    }

    private static func holdsSecret(_ word: String) -> Bool {
        // The tokens of this gateway, and of others that mark theirs.
        for mark in ["peta_", "ghp_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "sk-", "eyJ", "AKIA"] where holds(word, mark) {
            return true
        }
        // user:password@host
        if let scheme = word.firstRange(of: "://") {
            let authority = word[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
            if authority.contains("@") { return true }
        }
        // NAME=VALUE, NAME: VALUE, "NAME":"VALUE", ?name=value; a reference to the vault is no secret, and neither is a bare name.
        let lower = word.lowercased()
        guard names.contains(where: lower.contains) else { return false }
        guard let sign = lower.firstIndex(where: { $0 == "=" || $0 == ":" }) else { return false }
        let value = lower[lower.index(after: sign)...]
        return !value.isEmpty && !lower.contains("${secret:")
    }

    /// The mark at the beginning of the word or of something in it, with enough behind it to be one.
    private static func holds(_ word: String, _ mark: String) -> Bool {
        var rest = word[...]
        while let found = rest.firstRange(of: mark) {
            let isStart = found.lowerBound == word.startIndex || !isLetter(word[word.index(before: found.lowerBound)])
            let tail = word[found.upperBound...].prefix(while: isLetter)
            if isStart, tail.utf8.count >= 12 { return true }
            rest = rest[found.upperBound...]
        }
        return false
    }

    private static func isLetter(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "-"
    }
}
