import PetaIdentity

/// One method on one path, with everything that holds for it before its handler runs.
struct AdminRoute: Sendable {
    enum Body: Sendable {
        /// None is wanted, and one that comes is refused.
        case none
        case json
        case bytes
    }

    /// Whether it is recorded in the audit.
    enum Kind: Sendable {
        case read
        case act
        /// A read that becomes an act when this parameter is true; with `ownersTo` one for owners only, who may do what it says.
        case actWhen(String, ownersTo: String? = nil)
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
    let handler: @Sendable (AdminRequest, AdminParts) async throws -> AdminAnswer

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
