internal import PetaWire

/// Whose client asks, and what it can do: a session of the legacy era, a request of the modern one, or an administrator by hand.
enum Caller {
    case session(Session)
    case modern(Envelope)
    case administrator

    var session: Session? { if case .session(let session) = self { session } else { nil } }

    var isModern: Bool { if case .modern = self { true } else { false } }

    /// How lists are shown to it.
    var listForm: ListForm {
        switch self {
        case .session(let session): session.revision == .november2025 ? .november2025 : .legacy
        case .modern: .modern
        case .administrator: .legacy
        }
    }

    var clientName: String? {
        switch self {
        case .session(let session): session.clientName
        case .modern(let envelope): envelope.client.name
        case .administrator: nil
        }
    }

    var clientVersion: String? {
        switch self {
        case .session(let session): session.clientVersion
        case .modern(let envelope): envelope.client.version
        case .administrator: nil
        }
    }

    /// What servers can ask of it.
    var abilities: ClientAbilities {
        switch self {
        case .session(let session): session.abilities
        case .modern(let envelope): envelope.client.abilities
        case .administrator: .none
        }
    }

    /// Log messages from here on are wanted; nil: none.
    var logLevel: LogLevel? {
        switch self {
        case .session(let session): session.logLevel
        case .modern(let envelope): envelope.logLevel
        case .administrator: nil
        }
    }
}
