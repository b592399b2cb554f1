import PetaAdminAPI
import PetaIdentity

/// A request as handlers see it: where it came from, what its path and parameters say, its whole body.
struct AdminRequest: Sendable {
    let principal: Principal
    /// Values of the route's `{…}` segments, decoded.
    let path: [String: String]
    let parameters: [String: String]
    var body: [UInt8] = []
    /// Tells the audit whom an act is about, where only its handler knows.
    var concern: @Sendable (String) -> Void = { _ in }
    /// Writes the record of an act that decides itself when that is done, as one that went well.
    var commit: @Sendable (any ActRecorder) async throws -> Void = { _ in }

    /// Bytes, where a route does not say otherwise.
    static let maximumBody = 1 << 20
    private static let mostLines = 100_000

    /// A segment of the path. Every route that asks for one has it.
    func segment(_ name: String) -> String { path[name] ?? "" }

    /// The body as a value. A field that the type does not have is refused, and so is a body that is missing.
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard !body.isEmpty else { throw AdminError(.invalidArgument, "this request needs a body of JSON") }
        return try AdminJSON.decode(type, from: body, strict: true)
    }

    /// A parameter that is `true` or `false`; false when absent.
    func flag(_ name: String) throws -> Bool {
        switch parameters[name] {
        case nil, "false": return false
        case "true": return true
        case .some: throw AdminError(.invalidArgument, "\(name): expected true or false")
        }
    }

    /// The parameter `n`: how many lines.
    func lineCount(default count: Int) throws -> Int {
        guard let text = parameters["n"] else { return count }
        guard let number = Int(text), (0...Self.mostLines).contains(number) else {
            throw AdminError(.invalidArgument, "n: expected a number from 0 to \(Self.mostLines)")
        }
        return number
    }
}
