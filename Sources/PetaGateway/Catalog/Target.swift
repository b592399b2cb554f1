internal import PetaDownstream
internal import PetaPolicy
internal import PetaWire

/// One tool or prompt, as the call path needs it: whose it is and how its server calls it.
final class Target: Sendable {
    /// Index of the server in its catalog.
    let server: Int
    /// `server::name`: what policy, audit and logs call it.
    let canonical: String
    /// Its name at the server.
    let name: String
    /// The same as a JSON string.
    let quoted: [UInt8]
    /// True if its annotations let a lost call be repeated (read-only or idempotent).
    let mayRepeat: Bool
    /// True if its calls can be tasks of 2025-11-25.
    let mayBeTask: Bool
    /// Arguments that are header fields as well, in the modern era; nil where there are none.
    let headers: ParameterHeaders?
    /// What its server says of a tool.
    let annotations: JSON?
    /// All of what its server says of it.
    let definition: JSON
    /// What it is to policy.
    let kind: PolicyTarget.Kind

    init(server: Int, kind: PolicyTarget.Kind, named: ServerListing.Named) {
        var quoted: [UInt8] = []
        JSON.appendQuoted(named.name, into: &quoted)
        self.server = server
        self.kind = kind
        self.quoted = quoted
        canonical = named.canonical
        name = named.name
        mayRepeat = named.mayRepeat
        mayBeTask = named.mayBeTask
        headers = named.headers
        annotations = named.annotations
        definition = named.definition
    }
}

/// Who a list is for: definitions of tools differ.
enum ListForm: Hashable, Sendable {
    /// Sessions before 2025-11-25.
    case legacy
    /// Sessions of 2025-11-25, which are told what can be a task.
    case november2025
    case modern
}

/// The four kinds of list.
enum ListKind: Int, CaseIterable, Sendable {
    case tools, prompts, resources, templates

    /// The member of the result that holds the entries.
    var member: StaticString {
        switch self {
        case .tools: return "tools"
        case .prompts: return "prompts"
        case .resources: return "resources"
        case .templates: return "resourceTemplates"
        }
    }

    /// First letter of a cursor.
    var letter: Character {
        switch self {
        case .tools: return "t"
        case .prompts: return "p"
        case .resources: return "r"
        case .templates: return "m"
        }
    }
}
