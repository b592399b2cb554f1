/// How a chunk stands in a backup: a head of 5 bytes (kind, length of the plaintext as 32 bits, big-endian), which is authenticated,
/// then nonce, ciphertext and tag of AES-256-GCM.
///
/// The nonce is 3 zero bytes, the number of the chunk from 0 as 64 bits, and 1 for the last chunk, else 0: a chunk that is missing, moved,
/// doubled, or taken from another backup does not open, and a backup without its last chunk is not whole (the STREAM construction).
enum BackupChunk {
    enum Kind: UInt8 {
        case manifest = 1
        case keys = 2
        case database = 3
        case end = 4
    }

    static let headSize = 5

    static func head(_ kind: Kind, count: Int) -> [UInt8] {
        [kind.rawValue] + withUnsafeBytes(of: UInt32(count).bigEndian) { Array($0) }
    }

    static func nonce(_ number: UInt64, _ kind: Kind) -> [UInt8] {
        [0, 0, 0] + withUnsafeBytes(of: number.bigEndian) { Array($0) } + [kind == .end ? 1 : 0]
    }
}

/// What the last chunk says, as JSON.
struct BackupEnd: Codable, Equatable {
    /// Bytes of the database.
    var databaseBytes: Int64
    /// Chunks before this one.
    var chunks: UInt64
    /// Digest of every byte of the file before this chunk.
    var sha256: String
}
