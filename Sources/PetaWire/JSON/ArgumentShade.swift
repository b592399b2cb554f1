/// Arguments as a reviewer sees them at first: what looks like a secret is hidden, and what is long is cut. Both say so in place.
package struct ArgumentShade {
    /// Characters of a text that are shown, and members of an object or elements of an array.
    private let textLimit: Int
    private let countLimit: Int

    /// Something is not shown.
    package private(set) var isCut = false

    package init(textLimit: Int = 400, countLimit: Int = 100) {
        self.textLimit = textLimit
        self.countLimit = countLimit
    }

    package mutating func shaded(_ value: JSON) -> JSON { shaded(value, under: nil) }

    /// What stands under a key, which may say that it is secret.
    package mutating func shaded(_ value: JSON, under key: String?) -> JSON {
        switch value {
        case .string(let text):
            if key.map(Self.namesSecret) == true || Self.looksSecret(text) { return hidden(text) }
            guard text.count > textLimit else { return value }
            isCut = true
            return .string("\(text.prefix(textLimit))… [\(text.count - textLimit) more characters]")
        case .number where key.map(Self.namesSecret) == true: return hidden("number")
        case .array(let items):
            var shown = items.prefix(countLimit).map { shaded($0, under: key) }
            if items.count > countLimit {
                isCut = true
                shown.append(.string("… [\(items.count - countLimit) more]"))
            }
            return .array(shown)
        case .object(let members):
            var shown = members.prefix(countLimit).map { JSON.Member(key: $0.key, value: shaded($0.value, under: $0.key)) }
            if members.count > countLimit {
                isCut = true
                shown.append(JSON.Member(key: Self.cutKey, value: .string("[\(members.count - countLimit) more]")))
            }
            return .object(shown)
        case .null, .bool, .number: return value
        }
    }

    private mutating func hidden(_ text: String) -> JSON {
        isCut = true
        return .string("[hidden, \(text.count) characters]")
    }

    /// All of it in at most so many bytes: what is still too large is cut harder, and at last left out.
    package static func text(_ value: JSON, bytes limit: Int) -> [UInt8] {
        for (text, count) in [(400, 100), (100, 30), (40, 10), (20, 5)] {
            var shade = ArgumentShade(textLimit: text, countLimit: count)
            let shown = shade.shaded(value).bytes
            if shown.count <= limit { return shown }
        }
        return JSON.object([JSON.Member(key: cutKey, value: .string("[too large]"))]).bytes
    }

    /// The key of what says that members were cut.
    package static let cutKey = "…"

    /// True for what stands in place of something that is hidden or cut. Others may write the same; it is then taken for it.
    package static func isMark(_ text: String) -> Bool {
        text.hasPrefix("[hidden, ") || text.hasPrefix("… [") || text.hasSuffix(" more characters]")
    }

    /// True for keys whose value is a credential by their name.
    private static func namesSecret(_ key: String) -> Bool {
        let plain = String(
            decoding: key.lowercased().utf8.filter { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }, as: UTF8.self)
        let endings = [
            "password", "passwd", "passphrase", "secret", "token", "apikey", "accesskey", "privatekey", "secretkey", "authorization",
            "credential", "credentials", "cookie",
        ]
        return endings.contains { plain.hasSuffix($0) }
    }

    /// True for the spellings of well-known credentials.
    private static func looksSecret(_ text: String) -> Bool {
        let marks = ["peta_", "sk-", "ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "AKIA", "ASIA", "Bearer "]
        if text.utf8.count >= 20, text.utf8.count <= 400, marks.contains(where: { text.hasPrefix($0) }), !text.dropFirst(7).contains(" ") {
            return true
        }
        if text.contains("-----BEGIN "), text.contains("PRIVATE KEY-----") { return true }
        // A JWT: three parts, the first of which is a JSON object.
        return text.hasPrefix("eyJ") && text.utf8.count > 40 && text.split(separator: ".", omittingEmptySubsequences: false).count == 3
    }
}
