import NIOCore
import PetaAdminAPI
import PetaStore

/// An error on its way to the peer: what it may read, and the status that carries it.
struct AdminFailure: Error {
    let status: Int
    let error: AdminError
    /// What the peer must not see; logged once. Nil when the error says everything.
    let cause: (any Error)?

    init(_ error: AdminError, status: Int? = nil, cause: (any Error)? = nil) {
        self.status = status ?? error.code.httpStatus
        self.error = error
        self.cause = cause
    }

    /// Any error, reduced to what a peer may read.
    init(reducing cause: any Error) {
        switch cause {
        case let failure as AdminFailure: self = failure
        case let error as AdminError: self.init(error)
        case let error as any OperatorError:
            // A code that the protocol does not have is our mistake; its message was still written for reading.
            self.init(AdminError(AdminErrorCode(rawValue: error.code) ?? .internal, error.message, hint: error.hint))
        case is CancellationError: self.init(AdminError(.unavailable, "the request was broken off"))
        default:
            self.init(AdminError(.internal, "something went wrong inside the gateway", hint: "its log has the cause"), cause: cause)
        }
    }

    static func bodyTooLarge(_ limit: Int) -> AdminFailure {
        AdminFailure(AdminError(.invalidArgument, "the body is larger than \(limit) bytes, which is the limit"), status: 413)
    }
}
