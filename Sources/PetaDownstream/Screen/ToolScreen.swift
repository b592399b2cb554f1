package import PetaWire

/// Looks through the texts of a tool for what is hidden in them, and for what speaks to a model over the user's head. A help for people:
/// what is found is told, what is not found is not thereby harmless. Linear in the texts, and in bounds.
package enum ToolScreen {
    /// Of one text; what is longer is told and not looked through to its end.
    package static let bytesPerText = 64 << 10
    /// Of all tools of a server.
    package static let bytesPerServer = 4 << 20
    package static let findingsPerTool = 16
    package static let findingsPerServer = 500

    /// Everything that is found in a definition.
    package static func findings(_ definition: JSON) -> [ToolFinding] {
        var budget = bytesPerServer
        return findings(definition, name: definition["name"]?.string ?? "", budget: &budget)
    }

    /// The same out of what is left of a server's bytes.
    static func findings(_ definition: JSON, name: String, budget: inout Int) -> [ToolFinding] {
        var walk = Walk(tool: name, budget: budget)
        walk.text(name, "name", isName: true)
        for member in ["title", "description"] {
            if let text = definition[member]?.string { walk.text(text, member) }
        }
        for member in ["annotations", "inputSchema", "outputSchema", "arguments"] {
            if let value = definition[member] { walk.value(value, member) }
        }
        budget = walk.budget
        return walk.found
    }

    /// What a server says of itself, which clients put before their models.
    static func findings(instructions: String, budget: inout Int) -> [ToolFinding] {
        var walk = Walk(tool: "(instructions)", budget: budget)
        walk.text(instructions, "instructions")
        budget = walk.budget
        return walk.found
    }

    private struct Walk {
        let tool: String
        var budget: Int
        var found: [ToolFinding] = []

        init(tool: String, budget: Int) {
            self.tool = tool
            self.budget = budget
        }

        mutating func value(_ value: JSON, _ path: String) {
            guard found.count < findingsPerTool else { return }
            switch value {
            case .string(let text): self.text(text, path)
            case .array(let items): for (index, item) in items.enumerated() { self.value(item, path + "[\(index)]") }
            case .object(let members):
                for member in members {
                    // A deep path of long names would be longer than all texts.
                    let next = path.utf8.count > 400 ? path : path + "." + VisibleText.line(member.key, limit: 64)
                    text(member.key, next, isName: true)
                    self.value(member.value, next)
                }
            default: break
            }
        }

        mutating func text(_ whole: String, _ field: String, isName: Bool = false) {
            guard found.count < findingsPerTool, !whole.isEmpty else { return }
            guard budget > 0 else { return note(field, .unread, "not looked through: the server's texts are too long", 0) }
            let size = whole.utf8.count
            budget -= min(size, bytesPerText)
            var piece = Substring(whole)
            if size > bytesPerText {
                piece = Substring(String(decoding: whole.utf8.prefix(bytesPerText), as: UTF8.self))
                note(field, .unread, "\(size) bytes; the first \(bytesPerText) were looked through", 0)
            }
            let text = ScreenedText(piece)
            hidden(text, field)
            if let place = LookAlikes.mixture(text.scalars, inName: isName) { note(field, .mixedScript, text.excerpt(place), place) }
            // The shortest phrase is longer.
            guard size >= 6 else { return }
            var kinds: Set<ToolFinding.Kind> = []
            for (kind, place) in Needles.find(text) + Phrases.find(text.words) + Needles.runs(text) where kinds.insert(kind).inserted {
                note(field, kind, text.excerpt(place), place)
            }
        }

        /// Each run of characters of one kind is one finding.
        private mutating func hidden(_ text: ScreenedText, _ field: String) {
            guard text.scalars.count != text.seen.count else { return }
            var index = 0
            while index < text.scalars.count, found.count < findingsPerTool {
                guard let hidden = HiddenScalar(text.scalars[index]), !HiddenScalar.isProper(text.scalars, index) else {
                    index += 1
                    continue
                }
                let start = index
                while index < text.scalars.count, HiddenScalar(text.scalars[index]) == hidden { index += 1 }
                var excerpt = text.excerpt(start, count: index - start)
                if hidden == .tag {
                    let spelled = text.scalars[start..<index].compactMap { Unicode.Scalar($0.value & 0x7F) }
                    excerpt = "invisible: \(VisibleText.line(spelled, limit: 80))"
                }
                note(field, hidden.kind, excerpt, start)
            }
        }

        private mutating func note(_ field: String, _ kind: ToolFinding.Kind, _ excerpt: String, _ place: Int) {
            guard found.count < findingsPerTool else { return }
            found.append(ToolFinding(tool: tool, field: field, kind: kind, excerpt: excerpt, position: place))
        }
    }
}
