import PetaStore

/// Why a backup could not be made, read or restored. Never holds a passphrase or a key.
package enum BackupError: Error, Equatable {
    // Reading.
    case notABackup
    case newerFormat(Int)
    case headerDamaged
    case wrongPassphrase
    case damaged(at: Int64)
    case cutShort(at: Int64)
    case goesOn(at: Int64)
    case unreadable(reason: String)
    case newerSchema([String])
    case badContent(String)
    case findings([String])
    // Making.
    case shortPassphrase
    case busy
    case readersInTheWay
    case stalled(seconds: Int)
    case logTooLong(bytes: Int64)
    case abandoned
    case stopping
    case sealing
    case database(reason: String)
    // Restoring.
    case occupied(path: String)
    case noSpace(path: String, needed: Int64, free: Int64)
    case cannotWrite(path: String, reason: String)
    case halfDone(path: String, reason: String)
    case journalDamaged(path: String)
    case cryptography

    /// The shortest passphrase of a new backup, in bytes.
    package static let shortestPassphrase = 12
}

extension BackupError {
    /// Whether it is about the file that is read.
    package var isAboutFile: Bool {
        switch self {
        case .notABackup, .newerFormat, .headerDamaged, .wrongPassphrase, .damaged, .cutShort, .goesOn, .unreadable, .newerSchema,
            .badContent,
            .findings:
            true
        default: false
        }
    }
}

extension BackupError: OperatorError {
    package var code: String {
        switch self {
        case .notABackup, .newerFormat, .headerDamaged, .wrongPassphrase, .damaged, .cutShort, .goesOn, .newerSchema, .badContent,
            .findings, .shortPassphrase:
            "invalid_argument"
        case .busy, .readersInTheWay: "try_again"
        case .stopping, .abandoned: "unavailable"
        case .sealing: "sealed"
        case .occupied: "already_exists"
        case .unreadable, .stalled, .logTooLong, .database, .noSpace, .cannotWrite, .halfDone, .journalDamaged: "failed"
        case .cryptography: "internal"
        }
    }

    package var message: String {
        switch self {
        case .notABackup: "this is not a backup of peta"
        case .newerFormat(let format): "this backup has format \(format), which this peta does not know"
        case .headerDamaged: "the beginning of this backup is damaged"
        case .wrongPassphrase: "the passphrase is not the one that this backup was made with"
        case .damaged(let place): "this backup is damaged in the part that begins at byte \(place)"
        case .cutShort(let place): "this backup is cut short: it ends at byte \(place)"
        case .goesOn(let place): "this backup is damaged: something follows its end at byte \(place)"
        case .unreadable(let reason): "the backup cannot be read: \(reason)"
        case .newerSchema(let steps): "this backup was made by a newer peta (it has: \(steps.prefix(3).joined(separator: ", ")))"
        case .badContent(let what): "the database in this backup is not sound: \(what)"
        case .findings(let all):
            "what was backed up was not sound: \(all.prefix(3).joined(separator: "; "))"
                + (all.count > 3 ? " and \(all.count - 3) more" : "")
        case .shortPassphrase:
            "the passphrase of a backup has at least \(Self.shortestPassphrase) bytes: whoever has the file can try for years"
        case .busy: "another backup is being made"
        case .readersInTheWay: "something reads the database all the time, so that no moment of it can be held"
        case .stalled(let seconds): "the backup was broken off: nobody took its bytes for \(seconds) s"
        case .logTooLong(let bytes): "the backup was broken off: the write-ahead log has grown to \(bytes) bytes while it ran"
        case .abandoned: "the backup was broken off by whoever asked for it"
        case .stopping: "the backup was broken off: the gateway stops"
        case .sealing: "the backup was broken off: the vault was sealed"
        case .database(let reason): "the database cannot be read: \(reason)"
        case .occupied(let path): "\(path) holds the state of a gateway already"
        case .noSpace(let path, let needed, let free): "\(path) has \(free) bytes free, and \(needed) are needed"
        case .cannotWrite(let path, let reason): "\(path) cannot be written: \(reason)"
        case .halfDone(let path, let reason): "the restore of \(path) is decided but not finished: \(reason)"
        case .journalDamaged(let path): "\(path) says that a restore was interrupted, but it cannot be read"
        case .cryptography: "libcrypto refused to work on a backup"
        }
    }

    package var hint: String? {
        switch self {
        case .notABackup: "Give a file that 'peta backup create' made."
        case .newerFormat, .newerSchema: "Use a peta that is at least as new as the one that made it."
        case .headerDamaged, .damaged, .goesOn: "Fetch the file again from where it is kept, or use another backup."
        case .cutShort: "It was not written or copied to its end: fetch it again, or use another backup."
        case .wrongPassphrase: "Try again; without the passphrase nothing in it can be read."
        case .badContent: "Use another backup, and run 'peta audit verify' on the gateway that it is of."
        case .findings: "Use an older backup, or add --accept-findings to restore it as it is."
        case .shortPassphrase: "Choose a longer one."
        case .busy: "'peta backup list' shows it."
        case .readersInTheWay: "Try again when no long 'peta audit query' or 'verify' runs."
        case .stalled: "Write to a local file first, or raise backup.stallSeconds."
        case .logTooLong: "Write to a faster place, at a quieter time, or raise backup.logBytes."
        case .occupied: "Add --replace to replace it (it is kept aside), or choose another --data-dir."
        case .noSpace: "Make room, or restore to another disk."
        case .cannotWrite: "Check that the directory is there, that its disk is not full, and that this user may write there."
        case .halfDone: "Mend that; the next 'peta serve' or 'peta backup restore' on this directory finishes it."
        case .journalDamaged: "Look at the directory: what is in restore.staging is new, before-restore-… is old."
        case .sealing: "Unseal it with 'peta vault unseal', and make the backup again."
        case .abandoned, .stopping, .database, .unreadable, .cryptography: nil
        }
    }
}
