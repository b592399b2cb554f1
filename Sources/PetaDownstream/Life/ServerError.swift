internal import PetaStore

/// What can go wrong with an operation on a server.
package enum ServerError: OperatorError {
    /// No server has this id.
    case unknown(String)
    /// The id is taken.
    case exists(String)
    /// Another change to it is under way.
    case busy(String)
    /// The limit of servers is reached.
    case tooMany(Int)
    /// The definition cannot be used.
    case invalid(String, hint: String?)
    /// It does not start.
    case failed(String, String)
    /// It has no such tool, neither now nor among those that were accepted.
    case noTool(String, String)
    /// The tool is no longer what was looked at.
    case changedAgain(String, String)

    /// Stable code.
    package var code: String {
        switch self {
        case .unknown, .noTool: return "not_found"
        case .exists: return "already_exists"
        case .busy, .changedAgain: return "try_again"
        case .tooMany, .invalid: return "invalid_argument"
        case .failed: return "failed"
        }
    }

    /// What happened.
    package var message: String {
        switch self {
        case .unknown(let id): return "no server '\(id)'"
        case .exists(let id): return "server '\(id)' exists already"
        case .busy(let id): return "server '\(id)' is being changed by somebody else"
        case .tooMany(let limit): return "there are \(limit) servers, the most there can be"
        case .invalid(let why, _): return why
        case .failed(let id, let why): return "server '\(id)' does not start: \(why)"
        case .noTool(let id, let tool): return "server '\(id)' has no tool '\(VisibleText.line(tool))'"
        case .changedAgain(let id, let tool): return "tool '\(VisibleText.line(tool))' of '\(id)' is no longer what was looked at"
        }
    }

    /// What to do next.
    package var hint: String? {
        switch self {
        case .unknown: return "peta server list"
        case .exists(let id): return "peta server update \(id) …"
        case .busy: return "try again"
        case .tooMany: return nil
        case .invalid(_, let hint): return hint
        case .failed(let id, _): return "peta server logs \(id)"
        case .noTool(let id, _): return "peta server tools \(id)"
        case .changedAgain(let id, _): return "peta server tools \(id) --changed"
        }
    }
}
