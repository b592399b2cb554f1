/// The downstream servers that a person was given.
package enum ServerAccess: Sendable, Equatable {
    /// Every server, also those added later.
    case all
    case only(Set<String>)

    /// True when this gives `server`.
    package func contains(_ server: String) -> Bool {
        switch self {
        case .all: true
        case .only(let servers): servers.contains(server)
        }
    }
}
