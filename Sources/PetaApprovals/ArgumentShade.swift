package import PetaWire

/// Arguments as a reviewer sees them at first: what looks like a secret is hidden, and what is long is cut. Both say so in place.
package struct ArgumentShade {
    /// Characters of a text that are shown, and members of an object or elements of an array.
    private static let textLimit = 400
    private static let countLimit = 100

    /// Something is not shown.
    package private(set) var isCut = false

    package init() {}

    package mutating func shaded(_ value: JSON) -> JSON { shaded(value, under: nil) }

    private mutating func shaded(_ value: JSON, under key: String?) -> JSON {
        switch value {
        case .string(let text):
            if key.map(Self.namesSecret) == true || Self.looksSecret(text) { return hidden(text) }
            guard text.count > Self.textLimit else { return value }
            isCut = true
            return .string("\(text.prefix(Self.textLimit))… [\(text.count - Self.textLimit) more characters]")
        case .number where key.map(Self.namesSecret) == true: return hidden("number")
        case .array(let items):
            var shown = items.prefix(Self.countLimit).map { shaded($0, under: key) }
            if items.count > Self.countLimit {
                isCut = true
                shown.append(.string("… [\(items.count - Self.countLimit) more]"))
            }
            return .array(shown)
        case .object(let members):
            var shown = members.prefix(Self.countLimit).map { JSON.Member(key: $0.key, value: shaded($0.value, under: $0.key)) }
            if members.count > Self.countLimit {
                isCut = true
                shown.append(JSON.Member(key: "…", value: .string("[\(members.count - Self.countLimit) more]")))
            }
            return .object(shown)
        case .null, .bool, .number: return value
        }
    }

    private mutating func hidden(_ text: String) -> JSON {
        isCut = true
        return .string("[hidden, \(text.count) characters]")
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
