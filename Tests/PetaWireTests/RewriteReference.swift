import PetaWire
import TestRandom

/// What the rewriter must do, said on trees: the plain reading of the rules, slow and without tricks.
enum RewriteReference {
    static func rewritten(_ tree: JSON, _ kind: ResultRewriter.Kind, server: String) -> JSON {
        switch kind {
        case .toolCall: root(tree, "content", server) { block($0, server) }
        case .promptGet:
            root(tree, "messages", server) { message in
                changed(message, "content") { each($0) { block($0, server) } }
            }
        case .resourceRead: root(tree, "contents", server) { resource($0, "uri", server) }
        case .resourceList: root(tree, "resources", server) { resource($0, "uri", server) }
        case .templateList: root(tree, "resourceTemplates", server) { resource($0, "uriTemplate", server) }
        case .resourceUpdated: resource(tree, "uri", server)
        case .error: changed(tree, "data") { changed($0, "uri") { prefixed($0, server) } }
        }
    }

    private static func root(_ tree: JSON, _ list: String, _ server: String, _ item: (JSON) -> JSON) -> JSON {
        meta(changed(tree, list) { each($0, item) }, server)
    }

    private static func block(_ tree: JSON, _ server: String) -> JSON {
        var block = meta(changed(tree, "resource") { resource($0, "uri", server) }, server)
        if block["type"] == "resource_link" { block = changed(block, "uri") { prefixed($0, server) } }
        return block
    }

    private static func resource(_ tree: JSON, _ key: String, _ server: String) -> JSON {
        meta(changed(tree, key) { prefixed($0, server) }, server)
    }

    private static func meta(_ tree: JSON, _ server: String) -> JSON {
        changed(tree, "_meta") { meta in
            changed(changed(meta, "ui") { changed($0, "resourceUri") { prefixed($0, server) } }, "ui/resourceUri") { prefixed($0, server) }
        }
    }

    private static func each(_ tree: JSON, _ change: (JSON) -> JSON) -> JSON {
        tree.array.map { .array($0.map(change)) } ?? change(tree)
    }

    private static func changed(_ tree: JSON, _ key: String, _ change: (JSON) -> JSON) -> JSON {
        guard let value = tree[key] else { return tree }
        var tree = tree
        tree.set(key: key, value: change(value))
        return tree
    }

    private static func prefixed(_ value: JSON, _ server: String) -> JSON {
        value.string.map { .string(server + "::" + $0) } ?? value
    }
}

/// Random answers that look enough like real ones to reach every rule, and unlike enough to miss it closely.
struct RandomAnswer {
    var random: SplitMix

    mutating func document() -> JSON {
        random.chance(95) ? object(in: "", depth: 7) : value(of: "", depth: 2)
    }

    private static let keys = [
        "content", "messages", "contents", "resources", "resourceTemplates", "resource", "uri", "uriTemplate", "type", "_meta", "ui",
        "resourceUri", "ui/resourceUri", "data", "text", "Uri", "URI", "uri ", "structuredContent", "name",
    ]

    /// Keys that mean something inside the value of a key.
    private static let expected: [String: [String]] = [
        "": ["content", "messages", "contents", "resources", "resourceTemplates", "_meta", "uri", "data"],
        "content": ["type", "uri", "resource", "_meta"], "messages": ["content"], "contents": ["uri", "_meta"],
        "resources": ["uri", "_meta"],
        "resourceTemplates": ["uriTemplate", "_meta"], "resource": ["uri", "_meta"], "_meta": ["ui", "ui/resourceUri"],
        "ui": ["resourceUri"], "data": ["uri"],
    ]

    private mutating func object(in parent: String, depth: Int) -> JSON {
        var keys = (Self.expected[parent] ?? []).filter { _ in random.chance(45) }
        for _ in 0..<random.below(3) {
            let key = random.pick(Self.keys)
            if !keys.contains(key) { keys.append(key) }
        }
        keys.shuffle(using: &random)
        return .object(
            keys.map { key in .init(key: key, value: key == "type" && random.chance(80) ? type() : value(of: key, depth: depth - 1)) })
    }

    private mutating func type() -> JSON { .string(random.pick(["resource_link", "resource_link", "resource", "text", "resource_links"])) }

    private mutating func value(of key: String, depth: Int) -> JSON {
        if depth > 0, random.chance(Self.expected[key] == nil ? 10 : 90) {
            if random.chance(60) { return object(in: key, depth: depth) }
            return .array(
                (0..<random.below(3)).map { _ in random.chance(80) ? object(in: key, depth: depth - 1) : value(of: key, depth: depth - 1) })
        }
        switch random.below(6) {
        case 0: return .null
        case 1: return .number(random.pick(RandomJSON.numbers))
        case 2: return .string(long())
        default: return .string(random.pick(["file:///a", "ui://x/y", "", "resource_link", "a\"b", "\\", "é/\u{1}"]))
        }
    }

    /// Long enough for the block scan inside strings, with quotes and backslashes at every offset.
    private mutating func long() -> String {
        (0..<random.below(60)).map { _ in random.pick(["abcdefg", "\"", "\\", "\\\\", "\\\"", "uri\":", "{", "]", "ri", "x"]) }.joined()
    }
}
