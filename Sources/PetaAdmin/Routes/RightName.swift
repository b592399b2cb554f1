import PetaAdminAPI
import PetaWire

/// Reads what a right is about.
enum RightName {
    static func read(_ target: RightTarget) throws(AdminError) -> (server: String, target: CapabilityName?) {
        switch (target.kind, target.name) {
        case (nil, nil): return (target.server, nil)
        case (nil, _): throw AdminError(.invalidArgument, "kind: missing; expected \(kinds)")
        case (_, nil): throw AdminError(.invalidArgument, "name: missing")
        case (let kind?, let name?):
            guard let kind = CapabilityKind(rawValue: kind) else { throw AdminError(.invalidArgument, "kind: expected \(kinds)") }
            return (target.server, CapabilityName(kind, name))
        }
    }

    /// Canonical names of tools, by server.
    static func tools(_ names: [String]) throws(AdminError) -> [String: Set<String>] {
        var tools: [String: Set<String>] = [:]
        for name in names {
            guard let (server, tool) = Names.split(name) else {
                throw AdminError(.invalidArgument, "tools: expected SERVER::TOOL, found '\(name.prefix(80))'")
            }
            tools[server, default: []].insert(tool)
        }
        return tools
    }

    private static let kinds = CapabilityKind.allCases.map(\.rawValue).joined(separator: ", ")
}
