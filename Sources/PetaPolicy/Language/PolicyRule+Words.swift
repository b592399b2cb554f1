extension PolicyRule {
    /// Which calls it is about, in a line such as `tool transfer_*; role user, admin`; empty for all.
    package var about: String {
        var parts: [String] = []
        func add(_ name: String, _ globs: [Glob]) {
            if !globs.isEmpty { parts.append(name + " " + globs.map(\.text).joined(separator: ", ")) }
        }
        add("server", match.server)
        add("tool", match.tool)
        add("prompt", match.prompt)
        add("resource", match.resource)
        add("role", match.role)
        add("user", match.user)
        add("client", match.client)
        for (name, globs) in match.labels.sorted(by: { $0.key < $1.key }) { add("label \(name)", globs) }
        for (name, wanted) in match.annotations.sorted(by: { $0.key < $1.key }) {
            switch wanted {
            case .flag(let flag): parts.append("annotation \(name) \(flag)")
            case .text(let globs): add("annotation \(name)", globs)
            }
        }
        return parts.joined(separator: "; ")
    }

    /// How many conditions it has, those of a group counted as one.
    package var conditionCount: Int { conditions.count }
}
