internal import PetaWire

/// A place in a call: `args.items[0].price`, `args["key with dots"]`, `args.recipients[*]`, `user.labels.team`, `tool.annotations.readOnlyHint`.
struct PolicyPath: Sendable, Hashable {
    /// What a path can begin with.
    enum Root: String, Sendable, CaseIterable { case args, user, client, session, ip, time, tool, server }

    enum Step: Sendable, Hashable {
        case key(String)
        case index(Int)
        /// Each item of an array.
        case each
    }

    let text: String
    let root: Root
    let steps: [Step]

    /// Why something is no path.
    struct Invalid: Error { let why: String }

    static let stepLimit = 32
    /// How many values one path may lead to.
    static let valueLimit = 10_000

    init(_ text: String) throws(Invalid) {
        self.text = text
        guard text.utf8.count <= 1_024 else { throw Invalid(why: "a path has at most 1,024 bytes") }
        let head = text.prefix { $0 != "." && $0 != "[" }
        guard let root = Root(rawValue: String(head)) else {
            throw Invalid(why: "'\(head)' is none of \(Root.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.root = root
        steps = try Self.steps(text.dropFirst(head.count))
        guard steps.count <= Self.stepLimit else { throw Invalid(why: "a path has at most \(Self.stepLimit) steps") }
        try check()
    }

    private static func steps(_ text: Substring) throws(Invalid) -> [Step] {
        var steps: [Step] = []
        var rest = text
        while let first = rest.first {
            if first == "." {
                let key = rest.dropFirst().prefix { $0 != "." && $0 != "[" }
                guard !key.isEmpty, !key.contains(where: { $0.isWhitespace || $0 == "]" || $0 == "\"" }) else {
                    throw Invalid(why: "a name is missing behind '.'")
                }
                steps.append(.key(String(key)))
                rest = rest.dropFirst(1 + key.count)
            } else if rest.hasPrefix("[*]") {
                steps.append(.each)
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("[\"") {
                let key = rest.dropFirst(2).prefix { $0 != "\"" }
                guard rest.dropFirst(2 + key.count).hasPrefix("\"]") else { throw Invalid(why: "'[\"' is not closed") }
                steps.append(.key(String(key)))
                rest = rest.dropFirst(key.count + 4)
            } else if first == "[" {
                let digits = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
                guard let index = Int(digits), index <= 1_000_000, rest.dropFirst(1 + digits.count).first == "]" else {
                    throw Invalid(why: "'[' wants a number, '*' or a quoted key")
                }
                steps.append(.index(index))
                rest = rest.dropFirst(digits.count + 2)
            } else {
                throw Invalid(why: "unexpected '\(first)'")
            }
        }
        return steps
    }

    /// Of everything but arguments it is known what there is: a misspelled word would be a rule that never holds.
    private func check() throws(Invalid) {
        let known: [String]
        switch root {
        case .args: return
        case .user: known = ["id", "name", "role", "workspace", "labels.*"]
        case .client: known = ["name", "version"]
        case .session: known = ["id", "era"]
        case .time: known = ["now", "date", "clock", "hour", "minute", "weekday"]
        case .tool: known = ["name", "kind", "annotations.*"]
        case .server, .ip: known = [""]
        }
        let spelled = steps.map { step in if case .key(let key) = step { key } else { "[]" } }
        let isKnown = known.contains { name in
            name.hasSuffix(".*") ? spelled.count == 2 && spelled[0] == name.dropLast(2) : spelled.joined(separator: ".") == name
        }
        guard isKnown else {
            let choice = known.map { name in name.isEmpty ? root.rawValue : "\(root.rawValue).\(name)" }.joined(separator: ", ")
            throw Invalid(why: "there is no '\(text)'; there is \(choice)")
        }
    }

    /// What stands there in a tree; an array where the path says "each". Nil where nothing does. Throws where it leads to too much.
    func find(in tree: JSON) throws(PolicyFailure) -> JSON? {
        var found: [JSON] = [tree]
        var isMany = false
        for step in steps {
            var next: [JSON] = []
            for value in found {
                switch step {
                case .key(let key): if let value = value[key] { next.append(value) }
                case .index(let index): if let items = value.array, index < items.count { next.append(items[index]) }
                case .each:
                    isMany = true
                    next += value.array ?? []
                    guard next.count <= Self.valueLimit else {
                        throw PolicyFailure(why: "\(text) leads to more than \(Self.valueLimit) values")
                    }
                }
            }
            found = next
        }
        return isMany ? found.isEmpty ? nil : .array(found) : found.first
    }
}

/// A call that cannot be judged. It is denied.
struct PolicyFailure: Error {
    let why: String
    /// It could be judged if more were known of it.
    var isUnknown = false
}
