import PetaAdminAPI
import PetaCrypto

/// Writes a backup, piece by piece. One owner, one thread at a time.
final class BackupSealer {
    let header = BackupHeader()
    private let keys: BackupHeader.Keys
    private let digest = SHA256Stream()
    private var number: UInt64 = 0
    private var databaseBytes: Int64 = 0
    /// Bytes of the file so far.
    private(set) var bytes: Int64 = 0

    /// Takes 150 ms of processor time.
    init(passphrase: SecretBytes) throws(BackupError) {
        keys = try header.keys(passphrase)
    }

    /// What a backup begins with. Call it first.
    func beginning() -> [UInt8] {
        let head = header.bytes(keys)
        digest.update(head)
        bytes += Int64(head.count)
        return head
    }

    /// The next chunk. Not longer than the header says.
    func chunk(_ kind: BackupChunk.Kind, _ plain: UnsafeRawBufferPointer) throws(BackupError) -> [UInt8] {
        precondition(plain.count <= header.chunkSize, "a chunk that is too long")
        let head = BackupChunk.head(kind, count: plain.count)
        var out = head
        do {
            out += try AEAD.seal(plain, key: keys.chunks, nonce: BackupChunk.nonce(number, kind), associated: head)
        } catch {
            throw .cryptography
        }
        if kind == .database { databaseBytes += Int64(plain.count) }
        number += 1
        digest.update(out)
        bytes += Int64(out.count)
        return out
    }

    /// The last chunk, and the digest of the whole file.
    func end() throws -> (chunk: [UInt8], sha256: String) {
        let end = BackupEnd(databaseBytes: databaseBytes, chunks: number, sha256: digest.digest().hex)
        let last = try (try AdminJSON.encode(end)).withUnsafeBytes { try chunk(.end, $0) }
        return (last, digest.digest().hex)
    }
}
