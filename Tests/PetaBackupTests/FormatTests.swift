import Foundation
import GRDB
import PetaAdminAPI
import PetaBackup
import PetaCrypto
import PetaStore
import Testing

@Suite("The format of a backup")
struct FormatTests {
    /// A backup of about the smallest database there is: its pages have 512 bytes.
    private func small() async throws -> [UInt8] {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(
            atPath: scratch.path + "/data", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let queue = try DatabaseQueue(path: scratch.path + "/data/peta.db")
        try await queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA page_size = 512; CREATE TABLE first(x); DROP TABLE first") }
        try queue.close()
        let store = try Store(directory: scratch.path + "/data", migrations: Backups.migrations)
        defer { try? store.close() }
        return try await Self.backups(store).whole()
    }

    static func backups(_ store: Store, _ bounds: BackupBounds = .patient) -> Backups {
        Backups(
            store: store,
            context: BackupContext(
                keys: { _ in SecretBytes(copying: "the keys".utf8) },
                facts: { _ in .init(petaVersion: "1", host: "here", instance: "i", uncounted: [], audit: nil) }, clock: { moment }),
            bounds: bounds)
    }

    @Test("what is read is what was written, in pieces of any size")
    func roundTrip() async throws {
        let bytes = try await small()
        let memory = Memory()
        for step in [1, 7, 4096, Int.max] {
            let (opener, keys, database, end) = try PetaBackupTests.read(bytes, step: step, memory)
            #expect(opener.manifest.databaseBytes == Int64(database.count))
            #expect(opener.manifest.schema == ["backup/create history"])
            #expect(opener.manifest.tables["backup"] == 0)
            #expect(keys.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } == "the keys")
            #expect(database.starts(with: Array("SQLite format 3".utf8)))
            #expect(end.bytes == Int64(bytes.count))
            #expect(end.sha256 == SHA256.hash(bytes).hex)
        }
    }

    @Test("a byte that was changed anywhere is found, and nothing of a changed chunk is given out")
    func everyByte() async throws {
        let bytes = try await small()
        let memory = Memory()
        try PetaBackupTests.read(bytes, memory)
        #expect(bytes.count < 10_000)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= UInt8(1) << UInt8(index % 8)
            let error = failure(changed, memory)
            #expect(error != nil, "byte \(index)")
            #expect(error?.code == "invalid_argument", "byte \(index): \(String(describing: error))")
            if error == nil { return }
        }
    }

    @Test("a backup that is cut at any length is refused, and says so")
    func everyLength() async throws {
        let bytes = try await small()
        let memory = Memory()
        for length in bytes.indices {
            let error = failure(Array(bytes[..<length]), memory)
            switch error {
            case .cutShort(let place): #expect(place == Int64(length), "\(length)")
            case .notABackup: #expect(length == 0)
            default: Issue.record("length \(length): \(String(describing: error))")
            }
        }
    }

    @Test("chunks that are missing, moved, doubled or of another backup do not pass, nor does anything behind the end")
    func chunkOrder() async throws {
        let scratch = try Scratch()
        let store = try Store(directory: scratch.path + "/data", migrations: Backups.migrations)
        defer { try? store.close() }
        try await store.write { db in
            try db.execute(sql: "CREATE TABLE bulk(data BLOB); INSERT INTO bulk VALUES(randomblob(1000000))")
        }
        let backups = Self.backups(store)
        let one = chunks(try await backups.whole())
        let two = chunks(try await backups.whole())
        let memory = Memory()
        #expect(one.count > 6)
        #expect(failure(one.flatMap { $0 }, memory) == nil)
        for index in 1..<one.count {
            var without = one
            without.remove(at: index)
            #expect(failure(without.flatMap { $0 }, memory) != nil, "without \(index)")
            var doubled = one
            doubled.insert(one[index], at: index)
            #expect(failure(doubled.flatMap { $0 }, memory) != nil, "doubled \(index)")
            if index + 1 < one.count {
                var moved = one
                moved.swapAt(index, index + 1)
                #expect(failure(moved.flatMap { $0 }, memory) != nil, "moved \(index)")
            }
            var foreign = one
            foreign[index] = two[index]
            #expect(failure(foreign.flatMap { $0 }, memory) != nil, "foreign \(index)")
        }
        // Every chunk of another backup behind this one's header.
        #expect(failure(([one[0]] + two[1...]).flatMap { $0 }, memory) == .damaged(at: 112))
        let whole = one.flatMap { $0 }
        #expect(failure(whole + [0], memory) == .goesOn(at: Int64(whole.count)))
        #expect(failure(whole + whole, memory) == .goesOn(at: Int64(whole.count)))
    }

    @Test("a wrong passphrase is told from damage, and what is no backup from both")
    func wrongPassphrase() async throws {
        let bytes = try await small()
        #expect(throws: BackupError.wrongPassphrase) {
            try PetaBackupTests.read(bytes, SecretBytes(copying: "correct horse batterz".utf8))
        }
        let memory = Memory()
        #expect(
            failure(
                Array("SQLite format 3\0 and so on, for more than a header has bytes: \(String(repeating: "x", count: 200))".utf8), memory)
                == .notABackup)
        #expect(failure([], memory) == .notABackup)
        var newer = bytes
        newer[15] = 2
        #expect(failure(newer, memory) == .newerFormat(2))
    }

    @Test("a header that asks for too few or too many iterations is refused before anything is derived")
    func iterations() async throws {
        let bytes = try await small()
        for number in [0, 1, 599_999, 10_000_001, 4_294_967_295] {
            var forged = Array(bytes[..<96])
            for index in 0..<4 { forged[20 + index] = UInt8(truncatingIfNeeded: number >> (8 * (3 - index))) }
            forged += SHA256.hash(forged).withUnsafeBytes { Array($0[..<16]) }
            #expect(throws: BackupError.headerDamaged) {
                _ = try BackupOpener(
                    BackupSource(forged + bytes[112...]), passphrase: passphrase,
                    derive: { _, _, _ in throw BackupError.cryptography })
            }
        }
    }

    @Test("two backups of the same state have no byte of their chunks in common, and nothing of the state is readable")
    func fresh() async throws {
        let scratch = try Scratch()
        let store = try Store(directory: scratch.path + "/data", migrations: Backups.migrations)
        defer { try? store.close() }
        let backups = Self.backups(store)
        let (one, two) = (try await backups.whole(), try await backups.whole())
        #expect(one[32..<64] != two[32..<64])
        for bytes in [one, two] {
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(!text.contains("SQLite format") && !text.contains("create history") && !text.contains("the keys"))
        }
    }
}

extension BackupBounds {
    /// For tests of anything else: they share the processors with all the others, so nobody gives way and nobody is in a hurry.
    static var patient: BackupBounds {
        var bounds = BackupBounds()
        (bounds.stallSeconds, bounds.nice) = (3600, 0)
        return bounds
    }
}
