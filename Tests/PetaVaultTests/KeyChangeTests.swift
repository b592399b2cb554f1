import Foundation
import GRDB
import PetaCrypto
import PetaStore
import PetaVault
import Testing

@Suite("Changing what the vault is opened with")
struct KeyChangeTests {
    private static let first = "correct horse battery"
    private static let second = "staple of another kind"

    /// What opens it before and after.
    enum Change: String, CaseIterable {
        case fileToPassphrase, passphraseToPassphrase, passphraseToFile, fileToFile
    }

    private func start(_ change: Change, _ fixture: VaultFixture) async throws -> Vault {
        let vault =
            switch change {
            case .fileToPassphrase, .fileToFile: try fixture.open(.keyFile(fixture.keyFile))
            case .passphraseToPassphrase, .passphraseToFile: try fixture.open(.passphrase(secret(Self.first)))
            }
        _ = try await vault.setSecret("a", value: secret("value"))
        return vault
    }

    private func run(_ change: Change, _ fixture: VaultFixture, _ vault: Vault) throws -> [String] {
        switch change {
        case .fileToPassphrase:
            try vault.changeKey(to: .passphrase(secret(Self.second)), current: nil, keyFile: fixture.keyFile, iterations: 0)
        case .passphraseToPassphrase:
            try vault.changeKey(
                to: .passphrase(secret(Self.second)), current: secret(Self.first), keyFile: fixture.keyFile, iterations: 0)
        case .passphraseToFile:
            try vault.changeKey(to: .keyFile, current: secret(Self.first), keyFile: fixture.keyFile, iterations: 0)
        case .fileToFile: try vault.changeKey(to: .keyFile, current: nil, keyFile: fixture.keyFile, iterations: 0)
        }
    }

    /// Opens it with whatever works; says what did.
    private func openAny(_ fixture: VaultFixture) throws -> (Vault, String) {
        let header = try #require(try VaultSummary.read(fixture.store, []))
        guard header.key == .passphrase else { return (try fixture.open(.keyFile(fixture.keyFile)), "file") }
        for passphrase in [Self.first, Self.second] {
            do { return (try fixture.open(.passphrase(secret(passphrase))), passphrase) } catch VaultError.wrongPassphrase {}
        }
        throw VaultError.wrongPassphrase
    }

    @Test("the new key opens it, the old one does not, and no key file is left that opens nothing", arguments: Change.allCases)
    func change(_ change: Change) async throws {
        let fixture = try VaultFixture()
        let vault = try await start(change, fixture)
        let keyFile = try? fixture.read(fixture.keyFile)
        let notes = try run(change, fixture, vault)
        #expect(text(try vault.reveal("a")) == "value")
        // The header in memory is the new one: a rotation wraps the new root so that the new key opens it.
        _ = try vault.beginRotation()
        _ = try await vault.finishRotation(Things.columns) {}
        let (again, with) = try openAny(fixture)
        #expect(text(try again.reveal("a")) == "value")
        let isFile = change == .passphraseToFile || change == .fileToFile
        #expect(with == (isFile ? "file" : Self.second))
        #expect(fixture.exists(fixture.keyFile) == isFile)
        #expect(!fixture.exists(fixture.pendingKeyFile))
        #expect(notes.isEmpty == (change != .fileToPassphrase))
        if change == .fileToFile { #expect(try fixture.read(fixture.keyFile) != keyFile) }
    }

    @Test("a crash at any write leaves a vault that the old or the new key opens", arguments: Change.allCases)
    func crash(_ change: Change) async throws {
        var number = 0
        while true {
            number += 1
            let fixture = try VaultFixture()
            let vault = try await start(change, fixture)
            fixture.faults.fail(at: number)
            let failed = (try? run(change, fixture, vault)) == nil
            let happened = fixture.faults.hasFailed
            // What did not throw did take place, whatever of the files could not be tidied up.
            #expect(!failed || happened)
            fixture.faults.fail(at: nil)
            try fixture.store.close()
            let next = try VaultFixture(fixture.scratch)
            let (reopened, with) = try openAny(next)
            #expect(text(try reopened.reveal("a")) == "value")
            if !failed { #expect(with == (change == .passphraseToFile || change == .fileToFile ? "file" : Self.second)) }
            #expect(next.exists(next.keyFile) == (with == "file"))
            #expect(!next.exists(next.pendingKeyFile))
            // And it opens once more, with nothing left to mend.
            #expect(text(try openAny(next).0.reveal("a")) == "value")
            if !happened { break }
        }
        #expect(number > 1)
    }

    @Test("a wrong passphrase changes nothing, and neither does one that is too short")
    func refused() async throws {
        let fixture = try VaultFixture()
        let vault = try await start(.passphraseToPassphrase, fixture)
        let header = try fixture.store.readSync { try Row.fetchOne($0, sql: "SELECT * FROM vault_header") }
        func change(_ current: String?, _ new: String) throws {
            _ = try vault.changeKey(
                to: .passphrase(secret(new)), current: current.map(secret), keyFile: fixture.keyFile, iterations: 0)
        }
        #expect(throws: VaultError.wrongPassphrase) { try change("something else altogether", Self.second) }
        #expect(throws: VaultError.wrongPassphrase) { try change(nil, Self.second) }
        for (short, reason) in [("", "empty"), ("elevenchars", "11 characters"), ("äöüäöüäöüäö", "11 characters")] {
            let error = #expect(throws: VaultError.self) { try change(Self.first, short) }
            #expect(error?.message.contains(reason) == true)
            #expect(error?.hint != nil)
        }
        #expect(throws: VaultError.self) { try change(Self.first, String(repeating: "x", count: 1025)) }
        #expect(throws: VaultError.self) { try change(Self.first, "twelve chars\0and NUL") }
        #expect(try fixture.store.readSync { try Row.fetchOne($0, sql: "SELECT * FROM vault_header") } == header)
    }

    @Test("a passphrase that was stretched less is stretched more when it opens the vault, and never less")
    func strengthened() throws {
        let fixture = try VaultFixture()
        func iterations() throws -> Int? { try VaultSummary.read(fixture.store, [])?.iterations }
        _ = try fixture.open(.passphrase(secret(Self.first)))
        #expect(try iterations() == 600_000)
        let opened = try fixture.open(.passphrase(secret(Self.first)), iterations: 600_100)
        #expect(try iterations() == 600_100)
        #expect(opened.notes.count == 1)
        #expect(try fixture.open(.passphrase(secret(Self.first)), iterations: 600_000).notes.isEmpty)
        #expect(try iterations() == 600_100)
        // A disk that is full then is no reason not to open.
        fixture.faults.fail(at: 1)
        let weaker = try fixture.open(.passphrase(secret(Self.first)), iterations: 600_200)
        #expect(weaker.notes.first?.contains("could not") == true)
        #expect(try iterations() == 600_100)
        fixture.faults.fail(at: nil)
        _ = try fixture.open(.passphrase(secret(Self.first)))
    }

    @Test("a passphrase makes no vault beside a key file of one that is gone")
    func gone() throws {
        let fixture = try VaultFixture()
        _ = try fixture.open(.keyFile(fixture.keyFile))
        try fixture.execute("DELETE FROM vault_header; DELETE FROM vault_keys")
        #expect(throws: VaultError.headerMissing(keyFile: fixture.keyFile)) { try fixture.open(.passphrase(secret(Self.first))) }
        #expect(fixture.exists(fixture.keyFile))
    }

    @Test("a vault of before there were several keys opens as it was, and rotates")
    func older() async throws {
        let fixture = try VaultFixture()
        let (key, root) = (SecretBytes.random(count: 32), SecretBytes.random(count: 32))
        let hex = key.withUnsafeBytes { $0.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }
        try fixture.write("peta-vault-key-1\n\(hex)\n", to: fixture.keyFile)
        let salt = Random.bytes(16)
        let encryption = try KDF.hkdf(key, salt: salt, info: Array("peta/v1/key-encryption".utf8), count: 32)
        let check = try KDF.hkdf(encryption, info: "peta/v1/key-check", count: 32).withUnsafeBytes { Data($0) }
        let wrapping = try KDF.hkdf(encryption, info: "peta/v1/wrapping", count: 32)
        let wrapped = try root.withUnsafeBytes {
            try AEAD.seal($0, key: wrapping, associated: Array("peta/v1|vault-header|keyfile|0|".utf8) + salt)
        }
        let records = try KDF.hkdf(root, info: "peta/v1/records", count: 32)
        let sealed = try Array("old".utf8).withUnsafeBytes {
            [1] + (try AEAD.seal($0, key: records, associated: Array("peta/v1|secret/a|1".utf8)))
        }
        try await fixture.store.write { db in
            try db.execute(
                sql: "INSERT INTO vault_header VALUES (1, 1, 'keyfile', ?, 0, ?, ?, 77)", arguments: [Data(salt), check, Data(wrapped)])
            try db.execute(sql: "INSERT INTO vault_secrets VALUES ('a', 1, 3, 77, 77, ?)", arguments: [Data(sealed)])
        }
        let vault = try fixture.open()
        #expect(text(try vault.reveal("a")) == "old")
        let mac = try KDF.hkdf(root, info: "peta/v1/purpose/audit/mac", count: 32)
        #expect(try vault.deriveKey("audit/mac").equals(mac))
        _ = try vault.beginRotation()
        _ = try await vault.finishRotation(Things.columns) {}
        let again = try fixture.open()
        #expect(text(try again.reveal("a")) == "old")
        #expect(try again.deriveKey("audit/mac").equals(mac))
    }

    @Test("failed attempts are counted until they are forgotten")
    func attempts() throws {
        let fixture = try VaultFixture()
        #expect(try Vault.failedAttempts(fixture.store) == nil)
        for second in 1...3 { try Vault.noteFailedAttempt(fixture.store, at: Date(timeIntervalSince1970: Double(second))) }
        #expect(
            try Vault.failedAttempts(fixture.store)
                == Vault.FailedAttempts(count: 3, first: Date(timeIntervalSince1970: 1), last: Date(timeIntervalSince1970: 3)))
        try Vault.forgetFailedAttempts(fixture.store)
        #expect(try Vault.failedAttempts(fixture.store) == nil)
    }
}
