extension CompiledPolicy {
    /// The rules that can decide calls of something of a server, in the order in which they are tried.
    package func entries(on server: String) -> [Entry] {
        entries.filter { entry in
            let globs = entry.rule.match.server
            return (entry.server == nil || entry.server == server) && (globs.isEmpty || globs.contains { $0.matches(server) })
        }
    }

    /// How many rules each set has in force.
    package var counts: [String: Int] { entries.reduce(into: [:]) { $0[$1.set, default: 0] += 1 } }
}
