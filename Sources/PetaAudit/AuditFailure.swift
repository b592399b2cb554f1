import PetaStore

/// Why a record is not in the log.
package enum AuditFailure: OperatorError, Equatable {
    /// More is waiting than the bound allows. The records were not taken.
    case overloaded
    /// The commit failed. The records are kept in memory and written first when writing works again.
    case notCommitted(reason: String)
    /// The log was stopped. The records were not taken, or could not be written before the end.
    case stopped

    /// A stable code for scripts.
    package var code: String { "unavailable" }

    /// What is wrong.
    package var message: String {
        switch self {
        case .overloaded: "the audit log cannot keep up"
        case .notCommitted(let reason): "the audit log cannot be written: \(reason)"
        case .stopped: "the audit log is stopped"
        }
    }

    /// What to do.
    package var hint: String? {
        switch self {
        case .notCommitted: "check the free space and the permissions of the data directory; calls are refused until it works again"
        case .overloaded, .stopped: nil
        }
    }
}
