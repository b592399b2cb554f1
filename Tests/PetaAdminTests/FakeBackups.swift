import PetaAdmin
import PetaAdminAPI
import PetaCrypto
import PetaIdentity
import Synchronization

/// Backups of three pieces that hold nothing.
final class FakeBackups: BackupOperations {
    struct Broken: Error {}

    private let breaks = Mutex(false)
    private let sizes = Mutex<[Int]>([])

    /// The lengths of the passphrases that came.
    var passphrases: [Int] { sizes.withLock { $0 } }
    /// From now on they break off after the second piece.
    func breakOff() { breaks.withLock { $0 = true } }

    static let entry = BackupEntry(id: "bk_1", state: "done", startedAt: Timestamp(milliseconds: 0), bytes: 9, uid: 0)

    func backups() async throws -> [BackupEntry] { [Self.entry] }

    func create(passphrase: SecretBytes, as principal: Principal) async throws -> BackupStream {
        sizes.withLock { $0.append(passphrase.count) }
        let isBroken = breaks.withLock { $0 }
        return BackupStream(id: "bk_1", estimate: 9) { write in
            for piece in ["one", "two", "six"] {
                if isBroken, piece == "six" { throw Broken() }
                try await write(Array(piece.utf8))
            }
        }
    }

    func create(secret: String, as principal: Principal) async throws -> BackupStream {
        guard secret == "known" else { throw AdminError(.notFound, "there is no secret '\(secret)'") }
        return try await create(passphrase: SecretBytes(copying: "from the vault".utf8), as: principal)
    }
}
