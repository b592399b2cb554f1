internal import Yams

extension PolicyDocument {
    /// The ids of the rules that say the same in two texts, both of which have been read. What is not listed may say the same all the same.
    package static func sameRules(_ one: String, _ other: String) -> Set<String> {
        let (before, after) = (nodes(one), nodes(other))
        return Set(before.filter { after[$0.key] == $0.value }.map(\.key))
    }

    private static func nodes(_ text: String) -> [String: Node] {
        guard let root = try? Yams.compose(yaml: text), let rules = root.mapping?["rules"]?.sequence else { return [:] }
        return Dictionary(rules.compactMap { rule in rule.mapping?["id"]?.scalar.map { ($0.string, rule) } }) { first, _ in first }
    }
}
