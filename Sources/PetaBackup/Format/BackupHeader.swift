package import PetaCrypto

/// Makes a key of 32 bytes from a passphrase, a salt and a number of iterations. Passed in, so that a test that opens the same backup ten
/// thousand times need not derive ten thousand times.
package typealias BackupDerivation = @Sendable (SecretBytes, [UInt8], Int) throws -> SecretBytes

/// The first 112 bytes of a backup, in the clear: how its key is made. docs/decisions/0023-backup.md has the layout.
struct BackupHeader: Equatable {
    static let size = 112
    static let version = 1
    static let standardIterations = 600_000
    /// More would only keep who opens a forged file waiting.
    static let mostIterations = 10_000_000
    static let standardChunk = 256 << 10
    private static let magic = Array("peta backup\n".utf8)
    private static let chunkSizes = 4096...(16 << 20)
    private static let authenticated = 64

    var iterations = BackupHeader.standardIterations
    /// The most bytes of plaintext in one chunk.
    var chunkSize = BackupHeader.standardChunk
    var salt: [UInt8] = Random.bytes(32)

    /// PBKDF2-HMAC-SHA256, 32 bytes.
    static let pbkdf2: BackupDerivation = { try KDF.pbkdf2(passphrase: $0, salt: $1, iterations: $2) }

    /// What a passphrase gives together with a header.
    struct Keys {
        let check: SecretBytes
        let chunks: SecretBytes
    }

    /// Takes 150 ms of processor time and more.
    func keys(_ passphrase: SecretBytes, _ derive: BackupDerivation = BackupHeader.pbkdf2) throws(BackupError) -> Keys {
        do {
            let master = try derive(passphrase, salt, iterations)
            // All that the header says goes into the key of the chunks: a changed header opens nothing.
            return Keys(
                check: try KDF.hkdf(master, info: "peta/backup/v1/check", count: 32),
                chunks: try KDF.hkdf(master, salt: [], info: Array("peta/backup/v1/chunks|".utf8) + parameters, count: 32))
        } catch {
            throw .cryptography
        }
    }

    /// The bytes in the file.
    func bytes(_ keys: Keys) -> [UInt8] {
        let head = parameters
        let mac = head.withUnsafeBytes { HMACSHA256(key: keys.check).authenticate([$0]) }
        let sealed = head + mac.withUnsafeBytes { Array($0) }
        return sealed + SHA256.hash(sealed).withUnsafeBytes { Array($0[..<16]) }
    }

    /// Reads the bytes of a file. A wrong passphrase is found by ``keys(_:checking:)``, damage here.
    init(reading bytes: [UInt8]) throws(BackupError) {
        guard bytes.starts(with: Self.magic) else {
            throw Self.magic.starts(with: bytes) && !bytes.isEmpty ? .cutShort(at: Int64(bytes.count)) : .notABackup
        }
        guard bytes.count >= 16 else { throw .cutShort(at: Int64(bytes.count)) }
        let version = Self.number(bytes, 12)
        guard version <= Self.version else { throw .newerFormat(version) }
        guard bytes.count == Self.size else { throw .cutShort(at: Int64(bytes.count)) }
        let digest = SHA256.hash(Array(bytes[..<96])).withUnsafeBytes { Array($0[..<16]) }
        guard digest == Array(bytes[96...]), version == Self.version, bytes[16] == 1, bytes[17] == 1 else { throw .headerDamaged }
        iterations = Self.number(bytes, 20)
        chunkSize = Self.number(bytes, 24)
        salt = Array(bytes[32..<64])
        guard (Self.standardIterations...Self.mostIterations).contains(iterations), Self.chunkSizes.contains(chunkSize),
            Array(bytes[..<Self.authenticated]) == parameters
        else { throw .headerDamaged }
    }

    /// A header for a new backup.
    init() {}

    /// The keys, where the passphrase is the one that `bytes` were made with.
    func keys(_ passphrase: SecretBytes, checking bytes: [UInt8], _ derive: BackupDerivation) throws(BackupError) -> Keys {
        let keys = try keys(passphrase, derive)
        let mac = parameters.withUnsafeBytes { HMACSHA256(key: keys.check).authenticate([$0]) }
        let isRight = mac.withUnsafeBytes { mine in bytes[64..<96].withUnsafeBytes { constantTimeEquals(mine, $0) } }
        guard isRight else { throw .wrongPassphrase }
        return keys
    }

    /// The first 64 bytes.
    private var parameters: [UInt8] {
        Self.magic + Self.bytes(Self.version) + [1, 1, 0, 0] + Self.bytes(iterations) + Self.bytes(chunkSize) + [0, 0, 0, 0] + salt
    }

    private static func bytes(_ number: Int) -> [UInt8] { withUnsafeBytes(of: UInt32(number).bigEndian) { Array($0) } }

    private static func number(_ bytes: [UInt8], _ index: Int) -> Int {
        bytes[index..<index + 4].reduce(0) { $0 << 8 | Int($1) }
    }
}
