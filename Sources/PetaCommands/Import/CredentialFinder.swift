/// Tells which part of a value looks like a credential.
///
/// What is taken for one is only moved into the vault and works as before; what is missed stays readable in the definition. So it errs on
/// the side of taking.
package enum CredentialFinder {
    /// A stretch of a value with a word about why it is taken for a credential.
    struct Found: Equatable {
        let range: Range<String.Index>
        let why: String
        /// What the place is called, for the name of the secret: a parameter of a URL has a name of its own.
        var label: String?

        static func == (one: Found, other: Found) -> Bool { one.range == other.range && one.why == other.why }
    }

    /// What is a credential in the value of a variable, an option or a header called `name` (nil: it has none).
    static func find(_ value: String, name: String?) -> [Found] {
        guard !value.isEmpty, !value.contains("${secret:") else { return [] }
        if value.contains("://") {
            let inURL = find(inURL: value)
            if !inURL.isEmpty { return inURL }
        }
        if let name, isCredentialName(name), !isPlain(value) {
            let start = behindScheme(value)
            return [Found(range: start..<value.endIndex, why: "its name says so")]
        }
        let start = behindScheme(value)
        if let why = token(value[start...]) { return [Found(range: start..<value.endIndex, why: why)] }
        return []
    }

    /// What is one in the value of a header.
    static func find(header name: String, _ value: String) -> [Found] {
        guard !value.isEmpty, !value.contains("${secret:") else { return [] }
        if ["authorization", "proxy-authorization", "cookie"].contains(name.lowercased()) {
            return [Found(range: behindScheme(value)..<value.endIndex, why: "it is the \(name) header")]
        }
        return find(value, name: name)
    }

    /// Behind `Bearer ` and its like.
    private static func behindScheme(_ value: String) -> String.Index {
        for scheme in ["bearer ", "basic ", "token ", "apikey "] where value.lowercased().hasPrefix(scheme) {
            let end = value.index(value.startIndex, offsetBy: scheme.count)
            let rest = value[end...].drop { $0 == " " }
            if !rest.isEmpty { return rest.startIndex }
        }
        return value.startIndex
    }

    // MARK: names

    private static let words: Set<String> = [
        "token", "tokens", "key", "secret", "password", "passwd", "pass", "passphrase", "pwd", "credential", "credentials", "apikey",
        "authorization",
        "auth", "cookie", "pat", "bearer", "accesskey", "secretkey", "authtoken", "accesstoken", "apitoken", "dsn", "sig", "signature",
    ]
    /// What such a word is not about when the name ends with one of these.
    private static let harmless: Set<String> = [
        "file", "path", "dir", "url", "uri", "endpoint", "id", "name", "limit", "limits", "count", "size", "type", "mode", "method",
        "enabled",
        "disabled", "ttl", "timeout", "host", "port", "user", "username", "region", "scope", "scopes", "header", "prefix", "provider",
        "env",
        "var", "max", "min", "budget", "expiry", "expires", "algorithm",
    ]

    /// True for names like GITHUB_TOKEN, api-key or clientSecret.
    package static func isCredentialName(_ name: String) -> Bool {
        let parts = split(name)
        guard let last = parts.last, !harmless.contains(last), !parts.contains("public") else { return false }
        return parts.contains { words.contains($0) } || words.contains(parts.joined())
    }

    /// `GITHUB_TOKEN`, `github-token`, `githubToken`: their words in small letters.
    private static func split(_ name: String) -> [String] {
        var parts: [String] = [""]
        var before: Character = "_"
        for character in name {
            if !character.isLetter, !character.isNumber {
                parts.append("")
            } else {
                if character.isUppercase, before.isLowercase { parts.append("") }
                parts[parts.count - 1] += character.lowercased()
            }
            before = character
        }
        return parts.filter { !$0.isEmpty }
    }

    /// No credential, whatever its name says.
    private static func isPlain(_ value: String) -> Bool {
        ["true", "false", "yes", "no", "on", "off", "none", "null", "default"].contains(value.lowercased())
            || (value.utf8.count < 6 && value.utf8.allSatisfy { (0x30...0x39).contains($0) })
            || value.hasPrefix("/") || value.hasPrefix("./") || value.hasPrefix("~/")
    }

    // MARK: values

    private static let prefixes: [(String, String)] = [
        ("ghp_", "a GitHub token"), ("gho_", "a GitHub token"), ("ghu_", "a GitHub token"), ("ghs_", "a GitHub token"),
        ("github_pat_", "a GitHub token"), ("glpat-", "a GitLab token"), ("sk-", "an API key"), ("sk_live_", "a Stripe key"),
        ("sk_test_", "a Stripe key"), ("rk_live_", "a Stripe key"), ("xoxb-", "a Slack token"), ("xoxp-", "a Slack token"),
        ("xoxa-", "a Slack token"), ("xoxs-", "a Slack token"), ("xoxe", "a Slack token"), ("xapp-", "a Slack token"),
        ("AKIA", "an AWS key"), ("ASIA", "an AWS key"), ("AIza", "a Google key"), ("ya29.", "a Google token"), ("npm_", "an npm token"),
        ("pypi-", "a PyPI token"), ("hf_", "a Hugging Face token"), ("shpat_", "a Shopify token"), ("SG.", "a SendGrid key"),
        ("lin_api_", "a Linear key"), ("ntn_", "a Notion token"), ("secret_", "a Notion token"), ("pplx-", "a Perplexity key"),
        ("gsk_", "a Groq key"), ("tvly-", "a Tavily key"), ("figd_", "a Figma token"), ("ATATT", "an Atlassian token"),
        ("dop_v1_", "a DigitalOcean token"), ("eyJ", "a JSON web token"), ("peta_", "a token of Peta"), ("fc-", "a Firecrawl key"),
        ("-----BEGIN", "a private key"),
    ]

    /// Why a text looks like a token; nil where it does not.
    package static func token(_ text: Substring) -> String? {
        if text.utf8.count >= 16, let known = prefixes.first(where: { text.hasPrefix($0.0) }) { return "it looks like \(known.1)" }
        return looksRandom(text) ? "it looks random" : nil
    }

    /// True for what nobody makes up: long, letters and digits mixed, and no words in it.
    static func looksRandom(_ text: Substring) -> Bool {
        let bytes = Array(text.utf8)
        guard (20...512).contains(bytes.count), bytes.allSatisfy(isTokenByte) else { return false }
        guard bytes.count(where: { (0x30...0x39).contains($0) }) >= 3, bytes.contains(where: isLetter) else { return false }
        let pieces = text.split { "-._".contains($0) }
        let plain = pieces.count { $0.utf8.allSatisfy { (0x61...0x7A).contains($0) } }
        guard plain * 2 < max(pieces.count, 1) else { return false }
        var longest = 0
        var run = 0
        for byte in bytes {
            run = (0x61...0x7A).contains(byte) ? run + 1 : 0
            longest = max(longest, run)
        }
        // At least about three bits a character, by how often each of them comes.
        let counts = Dictionary(grouping: bytes, by: { $0 }).values.map(\.count)
        return longest <= 7 && counts.count >= 9 && (counts.max() ?? 0) * 4 <= bytes.count
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || (0x30...0x39).contains(byte) || "-_.+=".utf8.contains(byte)
    }
}
