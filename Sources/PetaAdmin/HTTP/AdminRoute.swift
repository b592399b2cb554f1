import PetaIdentity

/// One method on one path, with everything that holds for it before its handler runs.
struct AdminRoute: Sendable {
    enum Body: Sendable {
        /// None is wanted, and one that comes is refused.
        case none
        case json
        case bytes
        /// Bytes that are wiped when the handler is done.
        case secret
    }

    /// Whether it is recorded in the audit.
    enum Kind: Sendable {
        case read
        case act
        /// A read that becomes an act when this parameter is true; with `ownersTo` one for owners only, who may do what it says.
        case actWhen(String, ownersTo: String? = nil)
        /// An act with a name of its own in the audit, for owners only, who may do what it says.
        case namedAct(String, ownersTo: String)
        /// An act that says itself, by `AdminRequest.commit`, when its record is written: it is about whether one can be. Its name.
        case ownAct(String)
    }

    /// What answers.
    enum Handler: Sendable {
        /// Needs everything.
        case open(@Sendable (AdminRequest, AdminParts) async throws -> AdminAnswer)
        /// Needs the vault to be open, and nothing but it.
        case vault(@Sendable (AdminRequest, any VaultOperations) async throws -> AdminAnswer)
        /// Works also while the vault is sealed.
        case always(@Sendable (AdminRequest, AdminBasis) async throws -> AdminAnswer)
    }

    let method: String
    /// Such as `/v1/users/{id}`.
    let template: String
    let kind: Kind
    let body: Body
    /// Bytes.
    let bodyLimit: Int
    /// The parameters of the query that it knows; any other is refused.
    let parameters: Set<String>
    /// True where the work ends when the peer goes away; otherwise what has begun is carried through.
    let isInterruptible: Bool
    let handler: Handler

    /// The pieces of the template.
    let segments: [Segment]

    enum Segment: Sendable, Equatable {
        case literal(String)
        case variable(String)
    }

    init(
        _ method: String, _ template: String, _ kind: Kind = .read, body: Body = .none, bodyLimit: Int = AdminRequest.maximumBody,
        parameters: Set<String> = [], isInterruptible: Bool = false,
        handler: @escaping @Sendable (AdminRequest, AdminParts) async throws -> AdminAnswer
    ) {
        self.init(method, template, kind, body, bodyLimit, parameters, isInterruptible, .open(handler))
    }

    /// A route that needs the vault to be open, and nothing but it.
    init(
        _ method: String, _ template: String, _ kind: Kind, body: Body = .none, bodyLimit: Int = AdminRequest.maximumBody,
        parameters: Set<String> = [], vault handler: @escaping @Sendable (AdminRequest, any VaultOperations) async throws -> AdminAnswer
    ) {
        self.init(method, template, kind, body, bodyLimit, parameters, false, .vault(handler))
    }

    /// A route that works also while the vault is sealed.
    init(
        _ method: String, _ template: String, _ kind: Kind = .read, body: Body = .none, bodyLimit: Int = AdminRequest.maximumBody,
        parameters: Set<String> = [], isInterruptible: Bool = false,
        always handler: @escaping @Sendable (AdminRequest, AdminBasis) async throws -> AdminAnswer
    ) {
        self.init(method, template, kind, body, bodyLimit, parameters, isInterruptible, .always(handler))
    }

    private init(
        _ method: String, _ template: String, _ kind: Kind, _ body: Body, _ bodyLimit: Int, _ parameters: Set<String>,
        _ isInterruptible: Bool, _ handler: Handler
    ) {
        self.method = method
        self.template = template
        self.kind = kind
        self.body = body
        self.bodyLimit = bodyLimit
        self.parameters = parameters
        self.isInterruptible = isInterruptible
        self.handler = handler
        segments = template.split(separator: "/").map { part in
            part.hasPrefix("{") ? .variable(String(part.dropFirst().dropLast())) : .literal(String(part))
        }
    }

    /// The values of the variables when `path` is this route's; nil otherwise.
    func match(_ path: [String]) -> [String: String]? {
        guard path.count == segments.count else { return nil }
        var values: [String: String] = [:]
        for (segment, part) in zip(segments, path) {
            switch segment {
            case .literal(let text): guard text == part else { return nil }
            case .variable(let name):
                guard !part.isEmpty else { return nil }
                values[name] = part
            }
        }
        return values
    }
}
