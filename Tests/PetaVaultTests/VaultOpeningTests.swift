import Foundation
import GRDB
import PetaCrypto
import PetaStore
import PetaVault
import Testing

@Suite("Opening the vault")
struct VaultOpeningTests {
    let fixture: VaultFixture

    init() throws {
        fixture = try VaultFixture()
    }

    @Test("the first start makes a key file for its owner only, and no other file")
    func firstStart() throws {
        _ = try fixture.open()
        #expect(try fixture.scratch.mode("key") == 0o600)
        let lines = try fixture.read(fixture.keyFile).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 3 && lines[0] == "peta-vault-key-1" && lines[1].count == 64 && lines[2].isEmpty)
        #expect(!fixture.exists(fixture.pendingKeyFile))
    }

    @Test("the same key file opens what it sealed, and derives the same keys")
    func again() throws {
        let first = try fixture.open()
        let sealed = try first.seal(Array("config".utf8), record: "server/demo", version: 3)
        let second = try fixture.open()
        #expect(text(try second.open(sealed, record: "server/demo", version: 3)) == "config")
        #expect(try first.deriveKey("audit/mac").equals(second.deriveKey("audit/mac")))
        #expect(try !first.deriveKey("audit/mac").equals(first.deriveKey("sessions")))
        #expect(try first.deriveKey("sessions").count == 32)
    }

    @Test("the file holds a key that only the wrapped one depends on: it is not the data key")
    func keyIsWrapped() throws {
        let one = try fixture.open()
        let other = try VaultFixture()
        try FileManager.default.copyItem(atPath: fixture.keyFile, toPath: other.keyFile)
        #expect(throws: VaultError.headerMissing(keyFile: other.keyFile)) { try other.open() }
        try FileManager.default.removeItem(atPath: other.keyFile)
        #expect(try !one.deriveKey("x").equals(other.open().deriveKey("x")))
    }

    @Test("another key file is refused")
    func wrongKey() throws {
        _ = try fixture.open()
        let other = try VaultFixture()
        _ = try other.open()
        try fixture.write(try other.read(other.keyFile), to: fixture.keyFile)
        #expect(throws: VaultError.wrongKeyFile(path: fixture.keyFile)) { try fixture.open() }
    }

    @Test("a key file that is cut short is called that", arguments: [0, 5, 17, 40, 80])
    func truncated(_ length: Int) throws {
        _ = try fixture.open()
        let whole = try fixture.read(fixture.keyFile)
        try fixture.write(String(whole.prefix(length)), to: fixture.keyFile)
        #expect(throws: VaultError.keyFileTruncated(path: fixture.keyFile)) { try fixture.open() }
    }

    @Test("a file of another kind is not taken for a key", arguments: ["-----BEGIN", "peta-vault-key-2\n", "peta-vault-key-1\nzz", "LONG"])
    func malformed(_ content: String) throws {
        _ = try fixture.open()
        try fixture.write(content == "LONG" ? String(repeating: "a", count: 5000) : content, to: fixture.keyFile)
        #expect(throws: VaultError.keyFileMalformed(path: fixture.keyFile)) { try fixture.open() }
    }

    @Test("a key file with digits too many is not taken for a key")
    func tooLong() throws {
        _ = try fixture.open()
        try fixture.write(try fixture.read(fixture.keyFile).trimmingCharacters(in: .newlines) + "00\n", to: fixture.keyFile)
        #expect(throws: VaultError.keyFileMalformed(path: fixture.keyFile)) { try fixture.open() }
    }

    @Test("a key file without its last line feed, or with Windows line ends there, is whole")
    func lineEnds() throws {
        _ = try fixture.open()
        let whole = try fixture.read(fixture.keyFile).trimmingCharacters(in: .newlines)
        for end in ["", "\r\n", "\n\n"] {
            try fixture.write(whole + end, to: fixture.keyFile)
            _ = try fixture.open()
        }
    }

    @Test("a key file that others may read is refused with the command that helps", arguments: [0o640, 0o604, 0o620, 0o644])
    func tooOpen(_ mode: Int) throws {
        _ = try fixture.open()
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: fixture.keyFile)
        let error = #expect(throws: VaultError.keyFileTooOpen(path: fixture.keyFile, mode: UInt32(mode))) { try fixture.open() }
        #expect(error?.hint == "chmod 600 \(fixture.keyFile)")
        #expect(error?.message.contains("0" + String(mode, radix: 8)) == true)
    }

    @Test("a sealed database without its key file is refused, and no new key is made")
    func keyMissing() throws {
        _ = try fixture.open()
        try FileManager.default.removeItem(atPath: fixture.keyFile)
        #expect(throws: VaultError.keyFileMissing(path: fixture.keyFile)) { try fixture.open() }
        #expect(!fixture.exists(fixture.keyFile))
    }

    @Test("a key file without a sealed database is refused, and left as it is")
    func headerMissing() throws {
        _ = try fixture.open()
        let key = try fixture.read(fixture.keyFile)
        try fixture.execute("DELETE FROM vault_header")
        #expect(throws: VaultError.headerMissing(keyFile: fixture.keyFile)) { try fixture.open() }
        #expect(try fixture.read(fixture.keyFile) == key)
    }

    @Test("a crash between header and key file is mended at the next start")
    func crashAfterHeader() throws {
        let derived = try fixture.open().deriveKey("x")
        try FileManager.default.moveItem(atPath: fixture.keyFile, toPath: fixture.pendingKeyFile)
        #expect(try fixture.open().deriveKey("x").equals(derived))
        #expect(fixture.exists(fixture.keyFile) && !fixture.exists(fixture.pendingKeyFile))
    }

    @Test("a crash before the header leaves nothing that the next start trips over")
    func crashBeforeHeader() throws {
        struct Fault: Error {}
        let fixture = try VaultFixture(willCommit: { throw Fault() })
        #expect(throws: Fault.self) { try fixture.open() }
        #expect(!fixture.exists(fixture.keyFile))
        #expect(fixture.exists(fixture.pendingKeyFile))
        try fixture.store.close()
        let next = try VaultFixture(fixture.scratch)
        _ = try next.open()
        #expect(next.exists(next.keyFile) && !next.exists(next.pendingKeyFile))
        _ = try next.open()
    }

    @Test("every changed field of the header is noticed")
    func tamperedHeader() throws {
        _ = try fixture.open()
        try fixture.execute("CREATE TABLE backup AS SELECT * FROM vault_header")
        let changes = [
            "salt = randomblob(16)", "salt = randomblob(8)", "kdf = 'scrypt'", "iterations = 7", "key_check = randomblob(32)",
            "wrapped_root = randomblob(60)", "wrapped_root = substr(wrapped_root, 1, 59)", "format = 2",
        ]
        for change in changes {
            try fixture.execute("UPDATE vault_header SET \(change)")
            #expect(throws: VaultError.self, "\(change)") { try fixture.open() }
            try fixture.execute("DELETE FROM vault_header; INSERT INTO vault_header SELECT * FROM backup")
        }
        _ = try fixture.open()
    }

    @Test("a header of a newer format says so")
    func newerFormat() throws {
        _ = try fixture.open()
        try fixture.execute("UPDATE vault_header SET format = 2")
        let error = #expect(throws: VaultError.newerFormat(2)) { try fixture.open() }
        #expect(error?.hint?.contains("newer peta binary") == true)
    }

    @Test("a passphrase seals and opens; another one does not; the header says how often it was stretched")
    func passphrase() throws {
        let store = fixture.store
        let first = try Vault.open(store: store, key: .passphrase(secret("correct horse")))
        let second = try Vault.open(store: store, key: .passphrase(secret("correct horse")))
        #expect(try first.deriveKey("x").equals(second.deriveKey("x")))
        #expect(throws: VaultError.wrongPassphrase) { try Vault.open(store: store, key: .passphrase(secret("wrong horse"))) }
        let iterations = try store.readSync { try Int.fetchOne($0, sql: "SELECT iterations FROM vault_header") }
        #expect(iterations ?? 0 >= 600_000)
    }

    @Test("a header that asks for too little stretching is refused")
    func weakened() throws {
        _ = try Vault.open(store: fixture.store, key: .passphrase(secret("correct horse")))
        try fixture.execute("UPDATE vault_header SET iterations = 1000")
        #expect { try Vault.open(store: fixture.store, key: .passphrase(secret("correct horse"))) } throws: { error in
            guard case VaultError.headerDamaged = error else { return false }
            return true
        }
    }

    @Test("the wrong kind of key is told apart from a wrong key")
    func wrongKind() throws {
        _ = try fixture.open()
        #expect(throws: VaultError.keyFileNeeded) { try Vault.open(store: fixture.store, key: .passphrase(secret("p"))) }
        let other = try VaultFixture()
        _ = try Vault.open(store: other.store, key: .passphrase(secret("correct horse")))
        #expect(throws: VaultError.passphraseNeeded) { try other.open() }
        #expect(!other.exists(other.keyFile))
    }

    @Test("an empty passphrase seals nothing")
    func emptyPassphrase() throws {
        #expect(throws: VaultError.self) { try Vault.open(store: fixture.store, key: .passphrase(secret(""))) }
    }
}
