/// Why the database could not be opened or used.
package enum StoreError: Error, Equatable {
    /// Another process (or another `Store` of this one) has the directory. `pid` when the lock file says whose it is.
    case inUse(path: String, pid: Int32?)
    /// The schema has steps that this binary does not know.
    case newerSchema(found: [String])
    /// Not a SQLite database, or its integrity check failed.
    case damaged(path: String, detail: String)
    /// The directory or a file in it could not be created, opened or locked.
    case cannotOpen(path: String, reason: String)
    /// The directory may be written by other users, who could replace the database.
    case unsafeDirectory(path: String)
    /// A step of the schema failed; nothing of it stayed.
    case migrationFailed(step: String, reason: String)
}

extension StoreError: OperatorError {
    /// A stable code for scripts.
    package var code: String {
        switch self {
        case .inUse, .cannotOpen: "unavailable"
        case .unsafeDirectory: "not_permitted"
        case .newerSchema, .damaged, .migrationFailed: "failed"
        }
    }

    /// What is wrong.
    package var message: String {
        switch self {
        case .inUse(let path, let pid?): "\(path) is in use by process \(pid)"
        case .inUse(let path, nil): "\(path) is in use by another process"
        case .newerSchema(let found): "the database was written by a newer peta (it has: \(found.joined(separator: ", ")))"
        case .damaged(let path, let detail): "the database \(path) is damaged: \(detail)"
        case .cannotOpen(let path, let reason): "cannot open \(path): \(reason)"
        case .unsafeDirectory(let path): "the data directory \(path) may be written by other users"
        case .migrationFailed(let step, let reason): "the database could not be brought up to date: step \(step) failed: \(reason)"
        }
    }

    /// What to do.
    package var hint: String? {
        switch self {
        case .inUse(_, .some): "Stop it, or choose another directory."
        case .inUse(_, nil): "Stop the gateway that has it, or choose another directory."
        case .newerSchema: "use the newer peta binary with this data, or restore a backup made before the upgrade"
        case .damaged: "restore the data directory from a backup; keep the damaged file for inspection"
        case .cannotOpen: "check that the directory exists, that its disk is not full, and that this user may write there"
        case .unsafeDirectory(let path): "chmod go-w \(path)"
        case .migrationFailed: "the data is as it was before this step; use the previous peta binary or report the message"
        }
    }
}
