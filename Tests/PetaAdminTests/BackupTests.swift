import PetaAdmin
import PetaAdminAPI
import PetaIdentity
import Synchronization
import Testing

@Suite("Routes of backups")
struct BackupTests {
    /// Collects what a client is given.
    private final class Box: Sendable {
        private let state = Mutex<(id: String, size: Int64, bytes: [UInt8])>(("", 0, []))
        func begin(_ id: String, _ size: Int64) { state.withLock { ($0.id, $0.size) = (id, size) } }
        func add(_ bytes: [UInt8]) { state.withLock { $0.bytes += bytes } }
        var id: String { state.withLock { $0.id } }
        var size: Int64 { state.withLock { $0.size } }
        var text: String { state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }
    }

    @Test("its bytes come piece by piece with its id in front, and asking for it is an act")
    func stream() async throws {
        try await withAdmin { peta async throws in
            let box = Box()
            try await peta.ask { try $0.createBackup(.passphrase(Array("correct horse".utf8)), began: box.begin, box.add) }
            #expect(box.id == "bk_1" && box.size == 9 && box.text == "onetwosix")
            try await peta.ask { try $0.createBackup(.secret("known"), began: { _, _ in }, box.add) }
            #expect(peta.backups.passphrases == [13, 14])
            #expect(peta.recorder.acts.map(\.method) == ["POST /v1/backups", "POST /v1/backups"])
            #expect(peta.recorder.acts.map(\.target) == ["bk_1", "bk_1"])
            #expect(try await peta.ask { try $0.backups() } == [FakeBackups.entry])
            #expect(try await peta.ask { try $0.backup("bk_1") } == FakeBackups.entry)
            #expect(try await peta.code { _ = try $0.backup("bk_2") } == .notFound)
            #expect(peta.recorder.acts.count == 2)
        }
    }

    @Test("one that breaks off is never taken for whole: the connection ends in the middle")
    func brokenOff() async throws {
        try await withAdmin { peta async throws in
            peta.backups.breakOff()
            let box = Box()
            #expect(
                try await peta.code { try $0.createBackup(.passphrase([1]), began: box.begin, box.add) } == .unavailable)
            #expect(box.text == "onetwo")
            // The next request of the same kind is served.
            #expect(try await peta.ask { try $0.backups() }.count == 1)
        }
    }

    @Test("a passphrase that is too long, an unknown secret, or both a passphrase and a secret are refused")
    func refused() async throws {
        try await withAdmin { peta async throws in
            let long = [UInt8](repeating: 65, count: 1025)
            #expect(try await peta.code { try $0.createBackup(.passphrase(long), began: { _, _ in }, { _ in }) } == .invalidArgument)
            #expect(try await peta.code { try $0.createBackup(.secret("x"), began: { _, _ in }, { _ in }) } == .notFound)
            let both = try await peta.raw("POST", "/v1/backups?secret=known", body: "correct horse")
            #expect(both.status == 400)
            #expect(peta.backups.passphrases.isEmpty)
        }
    }

    @Test("an admin who is no owner gets none, and that is recorded as denied", .enabled(if: Stranger.isPossible))
    func ownersOnly() async throws {
        try await withFixture { peta in
            try await peta.serving(authority: Stranger.authority(isMember: true)) { () async throws in
                let answer = try await Stranger.ask(peta, "POST", "/v1/backups", body: "correct horse")
                #expect(answer.status == 403)
                #expect(peta.backups.passphrases.isEmpty)
                #expect(peta.recorder.acts.map(\.outcome) == [.denied])
                // That there are backups is no secret.
                #expect(try await Stranger.ask(peta, "GET", "/v1/backups").status == 200)
            }
        }
    }

    @Test("while the audit cannot be written nothing is given away")
    func noAudit() async throws {
        try await withAdmin { peta async throws in
            peta.recorder.set(.notWritable)
            #expect(try await peta.code { try $0.createBackup(.passphrase([1]), began: { _, _ in }, { _ in }) } == .unavailable)
            #expect(peta.backups.passphrases.isEmpty)
        }
    }
}
