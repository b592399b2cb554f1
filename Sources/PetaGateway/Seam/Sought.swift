internal import PetaPolicy
internal import PetaWire

/// What of a server is asked for, as rights name it.
struct Sought {
    let kind: CapabilityKind
    /// The server's own name of it, or its URI there, as it was written.
    let name: String

    init(kind: CapabilityKind, name: String) {
        self.kind = kind
        self.name = name
    }

    /// A tool or prompt that was found in the catalog.
    init(_ target: Target) {
        self.init(kind: CapabilityKind(target.kind), name: target.name)
    }
}

extension CapabilityKind {
    /// What policy calls the same.
    init(_ kind: PolicyTarget.Kind) {
        self =
            switch kind {
            case .tool: .tool
            case .prompt: .prompt
            case .resource: .resource
            }
    }
}

/// Resources and templates that a server lists, and under which of them a URI counts that it does not list.
struct ResourceNames: Sendable {
    private let listed: Set<CapabilityName>
    private let templates: [(name: CapabilityName, made: URITemplate)]

    static let none = ResourceNames(resources: [], templates: [])

    init(resources: [String], templates: [String]) {
        let named = templates.map { (name: CapabilityName(.resource, $0), made: URITemplate($0)) }
        listed = Set(resources.map { CapabilityName(.resource, $0) }).union(named.map(\.name))
        self.templates = named
    }

    /// The templates that count besides a URI's own name: those that could make it, and among them those that make it for certain.
    func others(_ own: CapabilityName, spelled uri: String) -> (wide: [CapabilityName], narrow: [CapabilityName]) {
        guard !listed.contains(own) else { return ([], []) }
        let wide = templates.filter { $0.made.wide(own.name) || $0.made.wide(uri) }
        return (wide.map(\.name), wide.filter { $0.made.narrow(own.name) }.map(\.name))
    }
}
