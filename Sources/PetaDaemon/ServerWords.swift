internal import PetaAdminAPI
internal import PetaDownstream

// What the admin protocol and the parts call by the same names. A switch each, so that one that is added to one of them is missed here.

extension ServerDefinition.Kind {
    init(_ kind: ServerKind) {
        self =
            switch kind {
            case .stdio: .stdio
            case .http: .http
            case .sse: .sse
            }
    }
}

extension ServerKind {
    init(_ kind: ServerDefinition.Kind) {
        self =
            switch kind {
            case .stdio: .stdio
            case .http: .http
            case .sse: .sse
            }
    }
}

extension ServerDefinition.Isolation {
    init(_ isolation: ServerIsolation) {
        self =
            switch isolation {
            case .auto: .auto
            case .shared: .shared
            case .session: .session
            }
    }
}

extension ServerIsolation {
    init(_ isolation: ServerDefinition.Isolation) {
        self =
            switch isolation {
            case .auto: .auto
            case .shared: .shared
            case .session: .session
            }
    }
}

extension ServerDefinition.Retry {
    init(_ retry: ServerRetry) {
        self =
            switch retry {
            case .auto: .auto
            case .always: .always
            }
    }
}

extension ServerRetry {
    init(_ retry: ServerDefinition.Retry) {
        self =
            switch retry {
            case .auto: .auto
            case .always: .always
            }
    }
}

extension PinMode {
    init(_ choice: PinChoice) {
        self =
            switch choice {
            case .strict: .strict
            case .warn: .warn
            case .off: .off
            }
    }

    /// Nil: what the gateway says.
    static func of(_ pin: ServerPin) -> PinMode? {
        switch pin {
        case .standard: nil
        case .strict: .strict
        case .warn: .warn
        case .off: .off
        }
    }
}

extension ServerPin {
    init(_ mode: PinMode?) {
        self =
            switch mode {
            case nil: .standard
            case .strict?: .strict
            case .warn?: .warn
            case .off?: .off
            }
    }
}
