internal import PetaWire
internal import Yams

extension PolicyReader {
    mutating func readRule(_ node: Node, _ index: Int) -> PolicyRule? {
        let before = problems.count
        if let id = node.mapping?["id"]?.scalar?.string, PolicyName.isValid(id) { rule = id }
        let found = Dictionary(
            members(node, nil, ["id", "description", "priority", "match", "extract", "when", "effect", "missing"])
        ) { $1 }
        guard node.mapping != nil else { return nil }
        var id = ""
        if let given = found["id"] {
            id = word(given, "id") ?? ""
            if !PolicyName.isValid(id) { wrong(given, "id", PolicyName.rule) }
        } else {
            wrong(node, "id", "missing")
        }
        let description = found["description"].map { prose($0, "description", limit: 2_000) } ?? ""
        var priority = PolicyRule.defaultPriority
        if let given = found["priority"] {
            if let number = given.scalar.flatMap({ Int($0.string) }), (0...1_000_000).contains(number) {
                priority = number
            } else {
                wrong(given, "priority", "expected a whole number from 0 to 1000000")
            }
        }
        let match = found["match"].map { readMatch($0) } ?? PolicyMatch()
        let extracted = found["extract"].map { readExtract($0) } ?? [:]
        var conditions: [PolicyCondition] = []
        if let list = found["when"] {
            conditions = readConditions(list, "when", extracted, depth: 0)
            if conditions.isEmpty, problems.count == before { wrong(list, "when", "expected at least one condition") }
        }
        var missing: PolicyRule.Missing?
        if let given = found["missing"] {
            missing = word(given, "missing").flatMap(PolicyRule.Missing.init(rawValue:))
            if missing == nil { wrong(given, "missing", "expected match or skip") }
        }
        guard let effect = found["effect"] else {
            wrong(node, "effect", "missing")
            return nil
        }
        guard let (decision, reason, approvers) = readEffect(effect), problems.count == before else { return nil }
        return PolicyRule(
            id: id, description: description, priority: priority, match: match, conditions: conditions, decision: decision, reason: reason,
            approvers: approvers, missing: missing ?? (decision.isClosing ? .match : .skip), line: node.mark?.line ?? 1)
    }

    private mutating func readEffect(_ node: Node) -> (PolicyRule.Decision, String, Int?)? {
        let found = Dictionary(members(node, "effect", ["decision", "reason", "approvers"])) { $1 }
        guard let given = found["decision"] else {
            wrong(node, "effect.decision", "missing")
            return nil
        }
        guard let decision = given.scalar.flatMap({ PolicyRule.Decision(rawValue: $0.string) }) else {
            wrong(given, "effect.decision", "expected \(PolicyRule.Decision.allCases.map(\.rawValue).joined(separator: ", "))")
            return nil
        }
        var approvers: Int?
        if let given = found["approvers"] {
            approvers = given.scalar.flatMap { Int($0.string) }.flatMap { PolicyRule.approverLimit.contains($0) ? $0 : nil }
            if approvers == nil {
                wrong(given, "effect.approvers", "expected a whole number from 1 to \(PolicyRule.approverLimit.upperBound)")
            }
            if decision != .requireApproval { wrong(given, "effect.approvers", "only require_approval has approvers") }
        }
        return (decision, found["reason"].map { prose($0, "effect.reason", limit: 500) } ?? "", approvers)
    }

    private mutating func readMatch(_ node: Node) -> PolicyMatch {
        var match = PolicyMatch()
        let known = ["server", "tool", "prompt", "resource", "role", "user", "client", "labels", "annotations"]
        for (key, value) in members(node, "match", known) {
            let field = "match.\(key)"
            switch key {
            case "server": match.server = globs(value, field)
            case "tool": match.tool = globs(value, field)
            case "prompt": match.prompt = globs(value, field)
            case "resource": match.resource = globs(value, field)
            case "role":
                match.role = globs(value, field)
                for glob in match.role where glob.isExact && !["owner", "admin", "user", "anonymous"].contains(glob.text) {
                    wrong(value, field, "'\(glob.text)' is no role; roles are owner, admin, user, anonymous")
                }
            case "user": match.user = globs(value, field)
            case "client": match.client = globs(value, field)
            case "labels": for (name, node) in pairs(value, field) { match.labels[name] = globs(node, "\(field).\(name)") }
            default:
                for (name, node) in pairs(value, field) {
                    if case .flag(let flag)? = Literal(node) {
                        match.annotations[name] = .flag(flag)
                    } else {
                        match.annotations[name] = .text(globs(node, "\(field).\(name)"))
                    }
                }
            }
        }
        return match
    }

    private mutating func pairs(_ node: Node, _ field: String) -> [(String, Node)] {
        guard let mapping = node.mapping, !mapping.isEmpty, mapping.count <= 32 else {
            wrong(node, field, "expected one to 32 keys with values")
            return []
        }
        return mapping.compactMap { key, value in key.scalar.map { ($0.string, value) } }
    }

    private mutating func globs(_ node: Node, _ field: String) -> [Glob] {
        words(node, field, most: 100).map { text, item in
            if text.isEmpty || text.utf8.count > Glob.lengthLimit { wrong(item, field, "expected 1 to \(Glob.lengthLimit) bytes") }
            return Glob(text)
        }
    }

    private mutating func readExtract(_ node: Node) -> [String: PolicyTest.Reference] {
        guard let mapping = node.mapping, mapping.count <= PolicyRule.extractLimit else {
            wrong(node, "extract", "expected at most \(PolicyRule.extractLimit) names with 'path' and 'type'")
            return [:]
        }
        var made: [String: PolicyTest.Reference] = [:]
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            let field = "extract.\(name)"
            guard !name.isEmpty, name.utf8.count <= 64,
                name.utf8.allSatisfy({ (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == 0x5F })
            else {
                wrong(key, field, "a name has letters, digits and '_'")
                continue
            }
            if PolicyPath.Root(rawValue: name) != nil { wrong(key, field, "'\(name)' is part of the context already") }
            let found = Dictionary(members(value, field, ["path", "type"])) { $1 }
            var kind: PolicyValue.Kind?
            if let given = found["type"] {
                kind = given.scalar.flatMap { PolicyValue.Kind(rawValue: $0.string) }
                if kind == nil {
                    wrong(given, "\(field).type", "expected \(PolicyValue.Kind.allCases.map(\.rawValue).joined(separator: ", "))")
                }
            }
            guard let place = found["path"] else {
                wrong(value, "\(field).path", "missing")
                continue
            }
            guard let text = word(place, "\(field).path"), let path = path(text, place, "\(field).path") else { continue }
            made[name] = PolicyTest.Reference(path: path, kind: kind, text: "$\(name)")
        }
        return made
    }

    private mutating func path(_ text: String, _ node: Node, _ field: String) -> PolicyPath? {
        do throws(PolicyPath.Invalid) {
            return try PolicyPath(text)
        } catch {
            wrong(node, field, error.why)
            return nil
        }
    }

    // MARK: conditions

    private mutating func readConditions(
        _ node: Node, _ field: String, _ names: [String: PolicyTest.Reference], depth: Int
    ) -> [PolicyCondition] {
        guard let list = node.sequence, list.count <= PolicyRule.conditionLimit else {
            wrong(node, field, "expected a list of at most \(PolicyRule.conditionLimit) conditions")
            return []
        }
        guard depth < PolicyCondition.depthLimit else {
            wrong(node, field, "conditions are nested too deep")
            return []
        }
        return list.enumerated().compactMap { readCondition($1, "\(field)[\($0)]", names, depth: depth) }
    }

    private mutating func readCondition(
        _ node: Node, _ field: String, _ names: [String: PolicyTest.Reference], depth: Int
    ) -> PolicyCondition? {
        for group in ["any", "all"] {
            guard let inner = node.mapping?[group] else { continue }
            guard node.mapping?.count == 1 else {
                wrong(node, field, "'\(group)' stands alone")
                return nil
            }
            let list = readConditions(inner, "\(field).\(group)", names, depth: depth + 1)
            if list.isEmpty { wrong(inner, "\(field).\(group)", "expected at least one condition") }
            return group == "any" ? .any(list) : .all(list)
        }
        let found = Dictionary(members(node, field, ["left", "op", "right", "not"])) { $1 }
        guard let leftNode = found["left"], let opNode = found["op"] else {
            if node.mapping != nil { wrong(node, field, "expected left, op and right, or any, or all") }
            return nil
        }
        let operation = opNode.scalar.flatMap { PolicyTest.Operation(rawValue: $0.string) }
        if operation == nil {
            wrong(opNode, "\(field).op", "expected \(PolicyTest.Operation.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        var isNegated = false
        if let given = found["not"] {
            if case .flag(let flag)? = Literal(given) { isNegated = flag } else { wrong(given, "\(field).not", "expected true or false") }
        }
        guard let leftText = leftNode.scalar?.string, leftText.hasPrefix("$") else {
            wrong(leftNode, "\(field).left", "expected a reference such as $args.amount")
            return nil
        }
        let left = reference(leftText, leftNode, "\(field).left", names)
        guard let operation else { return nil }
        let right = readRight(found["right"], operation, node, "\(field).right", names)
        guard let left, let (right, rightText) = right else { return nil }
        return .test(PolicyTest(left: left, operation: operation, right: right, isNegated: isNegated, rightText: rightText))
    }

    private mutating func reference(
        _ text: String, _ node: Node, _ field: String, _ names: [String: PolicyTest.Reference]
    ) -> PolicyTest.Reference? {
        let name = String(text.dropFirst())
        if let known = names[name] { return known }
        let head = name.prefix { $0 != "." && $0 != "[" }
        guard PolicyPath.Root(rawValue: String(head)) != nil else {
            wrong(node, field, "'\(text)' is neither extracted nor part of the context")
            return nil
        }
        return path(name, node, field).map { PolicyTest.Reference(path: $0, kind: nil, text: text) }
    }

    private mutating func readRight(
        _ node: Node?, _ operation: PolicyTest.Operation, _ condition: Node, _ field: String, _ names: [String: PolicyTest.Reference]
    ) -> (PolicyTest.Right, String)? {
        guard let node else {
            if operation == .exists { return (.presence(true), "") }
            wrong(condition, field, "missing")
            return nil
        }
        if operation == .exists {
            guard case .flag(let flag)? = Literal(node) else {
                wrong(node, field, "expected true or false")
                return nil
            }
            return (.presence(flag), "\(flag)")
        }
        if let text = node.scalar?.string, text.hasPrefix("$"), !text.hasPrefix("$$") {
            guard operation != .matches, operation != .cidr else {
                wrong(node, field, "\(operation.rawValue) wants what is known beforehand, not a reference")
                return nil
            }
            return reference(text, node, field, names).map { (.reference($0), text) }
        }
        let takesMany = ![.eq, .neq].contains(operation) && !operation.isOrder
        guard takesMany || node.sequence == nil else {
            wrong(node, field, "\(operation.rawValue) compares with one value")
            return nil
        }
        if operation == .in || operation == .notIn, node.sequence == nil {
            wrong(node, field, "expected a list")
            return nil
        }
        let items = words(node, field, most: 1_000)
        guard !items.isEmpty else { return nil }
        let shown = items.count == 1 ? items[0].0 : "[\(items.map(\.0).joined(separator: ", "))]"
        return literals(items, operation, field).map { ($0, String(shown.prefix(200))) }
    }

    private mutating func literals(_ items: [(String, Node)], _ operation: PolicyTest.Operation, _ field: String) -> PolicyTest.Right? {
        let before = problems.count
        var values: [PolicyValue] = []
        var expressions: [Expression] = []
        var ranges: [AddressRange] = []
        for (text, item) in items {
            guard text.utf8.count <= 1_024 else {
                wrong(item, field, "longer than 1,024 bytes")
                continue
            }
            switch operation {
            case .matches:
                do throws(Expression.Invalid) {
                    expressions.append(try Expression(text))
                } catch {
                    wrong(item, field, "no regular expression: \(error.why)")
                }
            case .cidr:
                if let range = AddressRange(text) {
                    ranges.append(range)
                } else {
                    wrong(item, field, "'\(text)' is no address and no range of them")
                }
            default:
                guard let value = Literal(item)?.value else { continue }
                if case .text(let text) = value {
                    values.append(.text(text.hasPrefix("$$") ? String(text.dropFirst()) : text))
                } else {
                    values.append(value)
                }
                if operation.isOrder, case .flag = value { wrong(item, field, "true and false have no order") }
            }
        }
        guard problems.count == before else { return nil }
        switch operation {
        case .matches: return .expressions(expressions)
        case .cidr: return .ranges(ranges)
        default: return .values(values)
        }
    }
}
