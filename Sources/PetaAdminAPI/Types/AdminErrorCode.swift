/// The stable codes of errors, with their HTTP status and the exit code of a command that ends with one.
package enum AdminErrorCode: String, Codable, Sendable, CaseIterable {
    case notFound = "not_found"
    case alreadyExists = "already_exists"
    case invalidArgument = "invalid_argument"
    case notPermitted = "not_permitted"
    case unavailable
    case tryAgain = "try_again"
    /// The vault is sealed, and what was asked needs it.
    case sealed
    case failed
    case `internal`

    /// The HTTP status of an answer with this code.
    package var httpStatus: Int {
        switch self {
        case .notFound: 404
        case .alreadyExists: 409
        case .invalidArgument: 400
        case .notPermitted: 403
        case .unavailable: 503
        case .tryAgain: 429
        case .sealed: 503
        case .failed: 422
        case .internal: 500
        }
    }

    /// The exit code, after sysexits.h: 66 no such thing, 73 already exists, 65 bad input, 77 not permitted, 69 not
    /// reachable, 75 try again or sealed, else 1.
    package var exitCode: Int32 {
        switch self {
        case .notFound: 66
        case .alreadyExists: 73
        case .invalidArgument: 65
        case .notPermitted: 77
        case .unavailable: 69
        case .tryAgain, .sealed: 75
        case .failed, .internal: 1
        }
    }

    /// The code that comes nearest to an HTTP status, for an answer without a readable body.
    package init(httpStatus: Int) {
        self = Self.allCases.first { $0.httpStatus == httpStatus } ?? (httpStatus >= 500 ? .internal : .failed)
    }
}
