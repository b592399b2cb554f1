/// Why a message could not be taken. What is judged must be what is sent on, so anything that two readers could
/// understand differently is a failure too.
package enum ScanFailure: Error, Equatable, Sendable {
    /// Not JSON (RFC 8259), at this byte.
    case syntax(at: Int)
    /// Bytes that are not UTF-8, at this byte.
    case encoding(at: Int)
    /// More containers inside one another than the limit.
    case tooDeep
    /// A key stands twice in its object.
    case duplicate(at: Int)
    /// The name of a member is spelled with an escape where names decide something.
    case escapedName(at: Int)
    /// A member's name differs from one that decides only in case: readers that ignore case would see another message.
    case confusableName(at: Int)
    /// An array where one message was expected.
    case batch
    /// JSON, but not a JSON-RPC 2.0 message.
    case notAMessage(String)

    /// The code of the JSON-RPC error that answers it.
    package var code: Int {
        switch self {
        case .syntax, .encoding, .tooDeep: return -32700
        case .duplicate, .escapedName, .confusableName, .batch, .notAMessage: return -32600
        }
    }

    /// What to tell the sender.
    package var message: String {
        switch self {
        case .syntax(let at): return "Parse error: not JSON at byte \(at)"
        case .encoding(let at): return "Parse error: not UTF-8 at byte \(at)"
        case .tooDeep: return "Parse error: nested too deeply"
        case .duplicate(let at): return "Invalid request: a member stands twice, at byte \(at)"
        case .escapedName(let at): return "Invalid request: the name of a member is spelled with an escape, at byte \(at)"
        case .confusableName(let at):
            return "Invalid request: the name of a member differs from a known one only in case, at byte \(at)"
        case .batch: return "Invalid request: batches are not supported"
        case .notAMessage(let why): return "Invalid request: \(why)"
        }
    }
}
