import PetaWire

extension DemoSession {
    /// One page of a list. The cursor is the offset at which the next page begins.
    func list(_ key: String, _ items: [JSON], _ params: JSON) throws(RPCError) -> JSON {
        try requireOpen()
        var start = 0
        if let cursor = params["cursor"], !cursor.isNull {
            guard let text = cursor.string, text.hasPrefix("at-"), let offset = Int(text.dropFirst(3)), offset > 0, offset <= items.count
            else {
                throw .invalidParams("unknown cursor")
            }
            start = offset
        }
        let end = min(start + (options.page ?? items.count), items.count)
        var result = JSON.object([JSON.Member(key: key, value: .array(Array(items[start..<end])))])
        if end < items.count { result.set(key: "nextCursor", value: .string("at-\(end)")) }
        return result
    }

    /// The real tools, those that `grow` added, and the synthetic ones.
    var tools: [JSON] {
        var all = DemoTool.allCases.map { $0.definition(revision: revision) }
        for number in 0..<extras { all.append(Self.plainTool("extra_\(number + 1)", "Added by grow.", properties: [:])) }
        for number in 0..<options.tools {
            let properties: JSON = [
                "query": ["type": "string", "description": "Any text."],
                "limit": ["type": "integer", "minimum": 1, "maximum": 100, "default": 10],
            ]
            all.append(
                Self.plainTool("tool_\(number + 1)", "Synthetic tool \(number + 1), for the size of the list.", properties: properties))
        }
        return all
    }

    /// True for a tool that is not in `DemoTool` and is on the list.
    func isPlainTool(_ name: String) -> Bool {
        for (prefix, count) in [("extra_", extras), ("tool_", options.tools)] where name.hasPrefix(prefix) {
            let digits = name.dropFirst(prefix.count)
            // Only the spelling of the list: "01" and "+1" are other names.
            if let number = Int(digits), (1...max(count, 1)).contains(number), count > 0, digits == String(number) { return true }
        }
        return false
    }

    private static func plainTool(_ name: String, _ description: String, properties: JSON) -> JSON {
        [
            "name": .string(name), "description": .string(description),
            "inputSchema": ["type": "object", "properties": properties],
            "annotations": ["readOnlyHint": true, "idempotentHint": true, "openWorldHint": false],
        ]
    }
}
