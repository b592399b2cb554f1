import PetaStore

/// Why the vault could not be opened, or did not give or take a secret. Never holds a value.
package enum VaultError: Error, Equatable {
    /// The key file is not the one this database was sealed with.
    case wrongKeyFile(path: String)
    /// The passphrase is not the one this database was sealed with.
    case wrongPassphrase
    /// A new passphrase that the vault does not take.
    case weakPassphrase(reason: String)
    /// The keys are wiped: nothing opens until the vault is unsealed.
    case sealed
    /// The key is being rotated already.
    case rotating
    /// Shorter than a whole key.
    case keyFileTruncated(path: String)
    /// Not a key file at all.
    case keyFileMalformed(path: String)
    /// Readable by the group or by others. `mode` holds the permission bits.
    case keyFileTooOpen(path: String, mode: UInt32)
    /// The system does not let us read, write or create it.
    case keyFileUnusable(path: String, reason: String)
    /// The database is sealed, and there is no key file.
    case keyFileMissing(path: String)
    /// There is a key file, but the database was never sealed with any.
    case headerMissing(keyFile: String)
    /// The header's key is right but the wrapped data key does not open, or a field makes no sense.
    case headerDamaged(detail: String)
    /// The header is in a format of a newer binary.
    case newerFormat(Int)
    /// The database is sealed with a passphrase, not with a key file.
    case passphraseNeeded
    /// The database is sealed with a key file, not with a passphrase.
    case keyFileNeeded
    /// A sealed record does not open: changed, cut, moved from another record or version, or of another vault.
    case recordDamaged(record: String)
    /// A name or a value that the vault does not take.
    case invalidSecret(name: String, reason: String)
    /// A reference to a secret that is not stored.
    case unknownSecret(name: String)
    /// A `${secret:` that does not go on as it must; `position` counts bytes from 1.
    case malformedReference(position: Int, reason: String)
    /// The database refused.
    case storage(reason: String)
    /// libcrypto refused.
    case cryptography(operation: String)
}

extension VaultError: OperatorError {
    /// A stable code for scripts.
    package var code: String {
        switch self {
        case .unknownSecret: "not_found"
        case .invalidSecret, .malformedReference, .weakPassphrase: "invalid_argument"
        case .sealed: "sealed"
        case .rotating: "try_again"
        case .keyFileTooOpen, .wrongKeyFile, .wrongPassphrase: "not_permitted"
        case .keyFileMissing, .keyFileUnusable, .passphraseNeeded, .keyFileNeeded, .storage: "unavailable"
        case .keyFileTruncated, .keyFileMalformed, .headerMissing, .headerDamaged, .newerFormat, .recordDamaged: "failed"
        case .cryptography: "internal"
        }
    }

    /// What is wrong.
    package var message: String {
        switch self {
        case .wrongKeyFile(let path): "the key file \(path) is not the one that this database was sealed with"
        case .wrongPassphrase: "the passphrase is not the one that this database was sealed with"
        case .weakPassphrase(let reason): "the new passphrase is not taken: \(reason)"
        case .sealed: "the vault is sealed"
        case .rotating: "the key is being rotated already"
        case .keyFileTruncated(let path): "the key file \(path) is cut short"
        case .keyFileMalformed(let path): "\(path) is not a peta key file"
        case .keyFileTooOpen(let path, let mode):
            "the key file \(path) may be read by other users (mode \(Self.octal(mode)))"
        case .keyFileUnusable(let path, let reason): "cannot use the key file \(path): \(reason)"
        case .keyFileMissing(let path): "the database is sealed, and its key file \(path) is missing"
        case .headerMissing(let keyFile): "there is a key file \(keyFile), but the database was never sealed with it"
        case .headerDamaged(let detail): "the header of the vault is damaged: \(detail)"
        case .newerFormat(let format): "the vault has format \(format), which this peta does not know"
        case .passphraseNeeded: "the database is sealed with a passphrase, not with a key file"
        case .keyFileNeeded: "the database is sealed with a key file, not with a passphrase"
        case .recordDamaged(let record): "the sealed record \(record) does not open: it was changed, cut or moved"
        case .invalidSecret(let name, let reason): name.isEmpty ? reason : "secret \(name): \(reason)"
        case .unknownSecret(let name): "there is no secret named \(name)"
        case .malformedReference(let position, let reason): "the secret reference at position \(position) is malformed: \(reason)"
        case .storage(let reason): "the vault's table cannot be used: \(reason)"
        case .cryptography(let operation): "libcrypto refused: \(operation)"
        }
    }

    /// What to do.
    package var hint: String? {
        switch self {
        case .weakPassphrase: "a few random words are easy to keep in mind and hard to guess"
        case .sealed: "peta vault unseal"
        case .rotating: "'peta vault status' shows how far it is"
        case .wrongKeyFile: "put back the key file that belongs to this database, or restore both from the same backup"
        case .keyFileTruncated, .keyFileMalformed: "restore the key file from your copy; without it the secrets cannot be read"
        case .keyFileTooOpen(let path, _): "chmod 600 \(path)"
        case .keyFileMissing: "restore the key file from your copy; without it the secrets cannot be read"
        case .headerMissing(let keyFile):
            "if the database was replaced, restore it; if this is a new installation, move \(keyFile) away and start again"
        case .headerDamaged: "restore the data directory from a backup"
        case .newerFormat: "use the newer peta binary with this data"
        case .passphraseNeeded: "give the passphrase instead of a key file"
        case .keyFileNeeded: "give the key file instead of a passphrase"
        case .recordDamaged(let record) where record.hasPrefix(Vault.secretPrefix):
            "set it again: peta secret set \(record.dropFirst(Vault.secretPrefix.count))"
        case .unknownSecret(let name): "peta secret set \(name)"
        case .malformedReference: "write ${secret:NAME}, or $${ for a literal ${"
        case .storage: "make sure that its disk is not full and can be written; 'peta doctor' looks at it"
        case .wrongPassphrase, .keyFileUnusable, .recordDamaged, .invalidSecret, .cryptography: nil
        }
    }

    private static func octal(_ mode: UInt32) -> String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
