internal import PetaWire
internal import Yams

/// Reads the text of a policy set. It goes on behind a mistake, so that an author is told all of them at once.
struct PolicyReader {
    struct Parts {
        var name: String?
        var server: String?
        var description = ""
        var offset = 0
        var rules: [PolicyRule] = []
    }

    private(set) var problems: [PolicyProblem] = []
    /// The rule that is read.
    var rule: String?

    /// Problems that are told; of more, the number is.
    static let problemLimit = 100

    var sorted: [PolicyProblem] { Array(problems.sorted { $0.line ?? 0 < $1.line ?? 0 }.prefix(Self.problemLimit)) }

    mutating func wrong(_ node: Node?, _ field: String?, _ message: String) {
        problems.append(PolicyProblem(line: node?.mark?.line, rule: rule, field: field, message: message))
    }

    mutating func read(_ text: String) -> Parts? {
        guard text.utf8.count <= PolicyDocument.textLimit else {
            problems.append(PolicyProblem(line: nil, rule: nil, field: nil, message: "longer than \(PolicyDocument.textLimit) bytes"))
            return nil
        }
        guard let root = compose(text) else { return nil }
        // Anchors can make a short text stand for a huge tree.
        var budget = 200_000
        guard isPlain(root, depth: 0, &budget) else { return nil }
        guard root.mapping != nil else {
            wrong(root, nil, "expected keys with values, among them 'rules'")
            return nil
        }
        var parts = Parts()
        var list: Node?
        for (key, value) in members(root, nil, ["name", "server", "description", "timezone", "rules", "version"]) {
            switch key {
            case "name":
                guard let name = word(value, key) else { break }
                if PolicyName.isValid(name) { parts.name = name } else { wrong(value, key, PolicyName.rule) }
            case "server":
                guard let server = word(value, key) else { break }
                if server.utf8.count <= 64, !server.isEmpty {
                    parts.server = server
                } else {
                    wrong(value, key, "expected the id of a server")
                }
            case "description": parts.description = prose(value, key, limit: 2_000)
            case "timezone": parts.offset = offset(value)
            case "version": if value.scalar?.string != "1" { wrong(value, key, "the version of this language is 1") }
            default: list = value
            }
        }
        guard let list else {
            if problems.isEmpty { wrong(root, "rules", "missing") }
            return nil
        }
        guard let entries = list.sequence else {
            wrong(list, "rules", "expected a list")
            return nil
        }
        guard entries.count <= PolicyDocument.ruleLimit else {
            wrong(list, "rules", "more than \(PolicyDocument.ruleLimit) rules")
            return nil
        }
        var lines: [String: Int] = [:]
        for (index, entry) in entries.enumerated() {
            rule = "rules[\(index)]"
            guard let made = readRule(entry, index) else { continue }
            if let before = lines.updateValue(made.line, forKey: made.id) {
                rule = made.id
                wrong(entry, "id", "stands in line \(before) already")
            }
            parts.rules.append(made)
        }
        rule = nil
        refuseContradictions(parts.rules)
        return parts
    }

    private mutating func compose(_ text: String) -> Node? {
        do {
            guard let root = try Yams.compose(yaml: text) else {
                problems.append(PolicyProblem(line: nil, rule: nil, field: nil, message: "it is empty"))
                return nil
            }
            return root
        } catch let error as YamlError {
            let (line, message): (Int?, String) =
                switch error {
                case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
                    (mark.line, problem)
                case .duplicatedKeysInMapping(let keys, let context):
                    (context.mark.line, keys.sorted().map { "'\($0)'" }.joined(separator: ", ") + " stands here twice")
                default: (nil, "not YAML")
                }
            problems.append(PolicyProblem(line: line, rule: nil, field: nil, message: message))
        } catch {
            problems.append(PolicyProblem(line: nil, rule: nil, field: nil, message: "not YAML"))
        }
        return nil
    }

    /// False, and told, for trees that are too large or too deep.
    private mutating func isPlain(_ node: Node, depth: Int, _ budget: inout Int) -> Bool {
        budget -= 1
        guard depth <= 32, budget > 0 else {
            wrong(node, nil, budget > 0 ? "nested too deep" : "too many values")
            return false
        }
        if case .alias = node {
            wrong(node, nil, "aliases are not supported")
            return false
        }
        switch node {
        case .mapping(let mapping):
            for (key, value) in mapping where !(isPlain(key, depth: depth + 1, &budget) && isPlain(value, depth: depth + 1, &budget)) {
                return false
            }
        case .sequence(let items): for item in items where !isPlain(item, depth: depth + 1, &budget) { return false }
        case .scalar, .alias: break
        }
        return true
    }

    /// Two rules that are tried at the same time on the same calls and decide differently: one of them is not meant.
    private mutating func refuseContradictions(_ rules: [PolicyRule]) {
        for (index, one) in rules.enumerated() where one.conditions.isEmpty {
            for other in rules[..<index]
            where other.conditions.isEmpty && other.priority == one.priority && other.decision != one.decision && other.match == one.match {
                problems.append(
                    PolicyProblem(
                        line: one.line, rule: one.id, field: "effect.decision",
                        message: "contradicts rule '\(other.id)' in line \(other.line): same priority, same match, other decision"))
            }
        }
    }

    // MARK: pieces

    /// The members of a mapping, unknown ones told.
    mutating func members(_ node: Node, _ field: String?, _ known: [String]) -> [(String, Node)] {
        guard let mapping = node.mapping else {
            wrong(node, field, "expected keys with values")
            return []
        }
        var found: [(String, Node)] = []
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            if known.contains(name) {
                found.append((name, value))
            } else {
                let place = [field, name].compactMap(\.self).joined(separator: ".")
                wrong(key, place, "unknown; known here: \(known.joined(separator: ", "))")
            }
        }
        return found
    }

    /// A scalar that is not null.
    mutating func word(_ node: Node, _ field: String) -> String? {
        guard let scalar = node.scalar, Literal(node) != .null else {
            wrong(node, field, "expected a value")
            return nil
        }
        return scalar.string
    }

    mutating func prose(_ node: Node, _ field: String, limit: Int) -> String {
        guard let text = word(node, field) else { return "" }
        guard text.utf8.count <= limit else {
            wrong(node, field, "longer than \(limit) bytes")
            return ""
        }
        return text
    }

    /// One value or a list of them.
    mutating func words(_ node: Node, _ field: String, most: Int) -> [(String, Node)] {
        let nodes = node.sequence.map(Array.init) ?? [node]
        guard !nodes.isEmpty, nodes.count <= most else {
            wrong(node, field, "expected one to \(most) values")
            return []
        }
        return nodes.enumerated().compactMap { index, item in
            word(item, node.sequence == nil ? field : "\(field)[\(index)]").map { ($0, item) }
        }
    }

    private mutating func offset(_ node: Node) -> Int {
        guard let text = word(node, "timezone") else { return 0 }
        if text == "UTC" { return 0 }
        let digits = text.dropFirst().split(separator: ":")
        guard let sign = text.first, sign == "+" || sign == "-", digits.count == 2, digits.allSatisfy({ $0.utf8.count == 2 }),
            let hours = Int(digits[0]), let minutes = Int(digits[1]), hours <= 14, minutes < 60
        else {
            wrong(node, "timezone", "expected UTC or an offset like +01:00")
            return 0
        }
        return (sign == "-" ? -1 : 1) * (hours * 60 + minutes)
    }

    /// What a scalar is (YAML 1.2, core schema): quoted ones are texts.
    enum Literal: Equatable {
        case null
        case flag(Bool)
        case number(DecimalNumber)
        case text(String)

        init?(_ node: Node) {
            guard let scalar = node.scalar else { return nil }
            guard scalar.style == .plain else {
                self = .text(scalar.string)
                return
            }
            switch scalar.string {
            case "", "~", "null": self = .null
            case "true": self = .flag(true)
            case "false": self = .flag(false)
            default: self = DecimalNumber(scalar.string).map(Literal.number) ?? .text(scalar.string)
            }
        }

        var value: PolicyValue? {
            switch self {
            case .null: nil
            case .flag(let flag): .flag(flag)
            case .number(let number): .number(number)
            case .text(let text): .text(text)
            }
        }
    }
}

/// What a policy set can be called.
package enum PolicyName {
    package static let rule = "expected letters, digits, '.', '_' and '-', at most 64, beginning with a letter or digit"

    package static func isValid(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 64, first != 0x2D, first != 0x2E, first != 0x5F else { return false }
        return name.utf8.allSatisfy {
            (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F
        }
    }
}
