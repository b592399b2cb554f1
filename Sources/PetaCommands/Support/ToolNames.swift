/// Canonical tool names, `server::tool`, split at the first `::`.
enum ToolNames {
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
