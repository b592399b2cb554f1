/// A policy set as it is kept.
package struct PolicySetRecord: Sendable, Equatable {
    /// Whether it takes part in decisions.
    package enum Status: String, Sendable { case active, archived }

    package let name: String
    /// Rises with each change, also over a removal.
    package let version: Int
    package let status: Status
    /// The server that it belongs to; nil for all.
    package let server: String?
    package let text: String
    /// Milliseconds since 1970.
    package let changedAt: Int64
    package let changedBy: String
}

/// One change of a policy set.
package struct PolicyChange: Sendable, Equatable {
    /// What was done.
    package enum Kind: String, Sendable { case applied, archived, removed }

    package let version: Int
    package let kind: Kind
    package let changedAt: Int64
    package let changedBy: String
    package let server: String?
    /// Size of the text.
    package let bytes: Int
}
