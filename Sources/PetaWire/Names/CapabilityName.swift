/// What servers offer by name. A resource template counts as a resource whose name is the template.
package enum CapabilityKind: String, Sendable, CaseIterable, Comparable {
    case tool
    case prompt
    case resource

    package static func < (left: CapabilityKind, right: CapabilityKind) -> Bool { left.rawValue < right.rawValue }

    /// The longest name that rights can speak of, in bytes.
    package var nameLimit: Int { self == .resource ? 8192 : 256 }
}

/// One thing that a server offers, as rights name it.
///
/// The name of a resource is put into the normal form of its URI, so that no other spelling of a URI escapes what was said of it.
package struct CapabilityName: Hashable, Sendable, Comparable {
    package let kind: CapabilityKind
    /// The server's own name of a tool or prompt; of a resource its URI there, in normal form.
    package let name: String

    package init(_ kind: CapabilityKind, _ name: String) {
        self.kind = kind
        self.name = kind == .resource ? URIForm.normal(name) : name
    }

    package static func < (left: CapabilityName, right: CapabilityName) -> Bool {
        left.kind == right.kind ? left.name.utf8.lexicographicallyPrecedes(right.name.utf8) : left.kind < right.kind
    }
}
