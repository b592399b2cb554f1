/// Canonical tool names, `server::tool`, split at the first `::`.
enum ToolNames {
    /// Server and name; nil where one of them is missing.
    static func split(_ name: String) -> (server: String, name: String)? {
        let rest = tool(name)
        let server = name.utf8.count - rest.utf8.count - 2
        guard server > 0, !rest.isEmpty else { return nil }
        return (String(decoding: name.utf8.prefix(server), as: UTF8.self), rest)
    }

    /// The part after the server; the whole name where there is none.
    static func tool(_ name: String) -> String {
        var rest = name[...]
        while let colon = rest.firstIndex(of: ":") {
            rest = rest[rest.index(after: colon)...]
            if rest.first == ":" { return String(rest.dropFirst()) }
        }
        return name
    }
}
