package import PetaAdminAPI
package import PetaCrypto

/// Reads a backup from its beginning to its end, once. Every byte is authenticated before it is given out.
package final class BackupOpener {
    /// What it says about itself.
    package let manifest: BackupManifest
    private let source: BackupSource
    private let keys: BackupHeader.Keys
    private let chunkSize: Int
    private let digest = SHA256Stream()
    private var number: UInt64 = 0

    /// What was found at the end.
    package struct End: Sendable {
        package let databaseBytes: Int64
        /// Size of the file.
        package let bytes: Int64
        /// Digest of the file.
        package let sha256: String
    }

    /// Reads header and manifest. Deriving the key takes 150 ms of processor time, or what the header says up to 2.5 s.
    package init(_ source: BackupSource, passphrase: SecretBytes, derive: BackupDerivation? = nil) throws {
        self.source = source
        let head = try source.read(upTo: BackupHeader.size)
        let header = try BackupHeader(reading: head)
        keys = try header.keys(passphrase, checking: head, derive ?? BackupHeader.pbkdf2)
        chunkSize = header.chunkSize
        digest.update(head)
        let first = try Self.next(source, keys, chunkSize, 0, digest)
        number = 1
        guard first.kind == .manifest else { throw BackupError.damaged(at: Int64(BackupHeader.size)) }
        do {
            manifest = try AdminJSON.decode(BackupManifest.self, from: first.plain)
        } catch {
            throw BackupError.badContent("what it says about itself is not understood: \(error.message)")
        }
    }

    /// The exported keys of the vault. After the manifest, before the database.
    package func vaultKeys() throws -> SecretBytes {
        let place = source.position
        var chunk = try Self.next(source, keys, chunkSize, number, digest)
        defer { wipe(&chunk.plain) }
        guard chunk.kind == .keys else { throw BackupError.damaged(at: place) }
        number += 1
        return SecretBytes(copying: chunk.plain)
    }

    /// Gives the bytes of the database to `sink`, in order, and reads to the end.
    ///
    /// Until this returns nothing says that they are all of them.
    package func database(_ sink: (UnsafeRawBufferPointer) throws -> Void) throws -> End {
        var databaseBytes: Int64 = 0
        while true {
            let place = source.position
            let before = digest.digest()
            let chunk = try Self.next(source, keys, chunkSize, number, digest)
            switch chunk.kind {
            case .database:
                databaseBytes += Int64(chunk.plain.count)
                number += 1
                try chunk.plain.withUnsafeBytes(sink)
            case .end:
                let wanted = BackupEnd(databaseBytes: databaseBytes, chunks: number, sha256: before.hex)
                guard let end = try? AdminJSON.decode(BackupEnd.self, from: chunk.plain), end == wanted,
                    databaseBytes == manifest.databaseBytes
                else { throw BackupError.damaged(at: place) }
                let size = source.position
                guard try source.read(upTo: 1).isEmpty else { throw BackupError.goesOn(at: size) }
                return End(databaseBytes: databaseBytes, bytes: size, sha256: digest.digest().hex)
            case .manifest, .keys: throw BackupError.damaged(at: place)
            }
        }
    }

    private struct Chunk {
        let kind: BackupChunk.Kind
        var plain: [UInt8]
    }

    private static func next(
        _ source: BackupSource, _ keys: BackupHeader.Keys, _ chunkSize: Int, _ number: UInt64, _ digest: SHA256Stream
    ) throws -> Chunk {
        let place = source.position
        let head = try source.read(upTo: BackupChunk.headSize)
        guard head.count == BackupChunk.headSize else { throw BackupError.cutShort(at: source.position) }
        let count = head[1...].reduce(0) { $0 << 8 | Int($1) }
        guard let kind = BackupChunk.Kind(rawValue: head[0]), count <= chunkSize else { throw BackupError.damaged(at: place) }
        let sealed = try source.read(upTo: count + AEAD.overhead)
        guard sealed.count == count + AEAD.overhead else { throw BackupError.cutShort(at: source.position) }
        guard sealed.starts(with: BackupChunk.nonce(number, kind)) else { throw BackupError.damaged(at: place) }
        digest.update(head)
        digest.update(sealed)
        do {
            return Chunk(kind: kind, plain: try sealed.withUnsafeBytes { try AEAD.openPlain($0, key: keys.chunks, associated: head) })
        } catch {
            throw BackupError.damaged(at: place)
        }
    }
}
