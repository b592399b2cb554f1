import Foundation
import GRDB
import PetaCrypto
import PetaStore
import PetaVault
import Testing

@Suite("Taking a vault to another host")
struct PortabilityTests {
    /// Names of secrets: more than one batch of a rotation holds.
    private static let names = (0..<70).map { "s\($0)" }

    private func filled() async throws -> (fixture: VaultFixture, vault: Vault) {
        let fixture = try VaultFixture()
        let vault = try fixture.open()
        for name in Self.names { _ = try await vault.setSecret(name, value: secret("value of \(name)")) }
        try Things.put("a", "thing a", version: 3, fixture.store, vault)
        _ = try vault.deriveKey("audit/mac")
        return (fixture, vault)
    }

    /// The database as it is now, in a file of its own.
    private func copy(_ fixture: VaultFixture, _ name: String) throws -> String {
        let path = fixture.scratch.path + "/" + name
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try fixture.executeAlone("VACUUM INTO '\(path)/peta.db'")
        return path
    }

    private func exported(_ vault: Vault, _ directory: String) throws -> SecretBytes {
        try look(directory) { try vault.export(for: $0) }
    }

    private func look<Value>(_ directory: String, _ body: (Database) throws -> Value) throws -> Value {
        try DatabaseQueue(path: directory + "/peta.db").read(body)
    }

    /// Opens what was adopted and looks at all of it.
    private func expectWhole(_ directory: String, _ key: VaultKey, mac: SecretBytes) async throws {
        let store = try Store(directory: directory, migrations: Vault.migrations + Things.migrations)
        defer { try? store.close() }
        let vault = try Vault.open(store: store, key: key)
        #expect(try vault.deriveKey("audit/mac").equals(mac))
        for name in Self.names { #expect(text(try vault.reveal(name)) == "value of \(name)") }
        #expect(try Things.all(store, vault) == ["a": "thing a"])
        // What was under way there goes on here.
        _ = try await vault.finishRotation(Things.columns) {}
        for name in Self.names { #expect(text(try vault.reveal(name)) == "value of \(name)") }
        _ = try vault.beginRotation()
        _ = try await vault.finishRotation(Things.columns) {}
        #expect(try Things.all(store, vault) == ["a": "thing a"])
    }

    @Test("before, between, during and after rotations all of it opens with another key", arguments: [0, 1, 2])
    func rotations(count: Int) async throws {
        let (fixture, vault) = try await filled()
        let mac = try vault.deriveKey("audit/mac")
        for _ in 0..<count {
            _ = try vault.beginRotation()
            _ = try await vault.finishRotation(Things.columns) {}
        }
        let still = try copy(fixture, "still")
        try Vault.adopt(try exported(vault, still), in: still + "/peta.db", key: .keyFile(still + "/key"))
        try await expectWhole(still, .keyFile(still + "/key"), mac: mac)

        struct Stop: Error {}
        _ = try vault.beginRotation()
        await #expect(throws: Stop.self) { _ = try await vault.finishRotation(Things.columns) { throw Stop() } }
        #expect(try vault.isRotating())
        let amid = try copy(fixture, "amid")
        let passphrase = VaultKey.passphrase(secret("another passphrase"))
        try Vault.adopt(try exported(vault, amid), in: amid + "/peta.db", key: passphrase)
        try await expectWhole(amid, passphrase, mac: mac)
        // The vault that it is of is as it was.
        #expect(text(try fixture.open().reveal("s1")) == "value of s1")
    }

    @Test("a moment from before a rotation is exported after it, and opens")
    func earlierMoment() async throws {
        let (fixture, vault) = try await filled()
        let mac = try vault.deriveKey("audit/mac")
        let earlier = try copy(fixture, "earlier")
        _ = try vault.beginRotation()
        _ = try await vault.finishRotation(Things.columns) {}
        try Vault.adopt(try exported(vault, earlier), in: earlier + "/peta.db", key: .keyFile(earlier + "/key"))
        try await expectWhole(earlier, .keyFile(earlier + "/key"), mac: mac)
        // Two rotations later its root is known to nobody.
        let oldest = try copy(fixture, "oldest")
        for _ in 0..<2 {
            _ = try vault.beginRotation()
            _ = try await vault.finishRotation(Things.columns) {}
        }
        #expect(throws: VaultError.self) { _ = try exported(vault, oldest) }
        vault.close()
        #expect(throws: VaultError.sealed) { _ = try exported(vault, oldest) }
    }

    @Test("keys that are not of this database are refused, and it stays as it is; so is a passphrase that is too short")
    func foreign() async throws {
        let (fixture, vault) = try await filled()
        let other = try await filled()
        let directory = try copy(fixture, "taken")
        let foreign = try exported(other.vault, try copy(other.fixture, "taken"))
        let before = try Data(contentsOf: URL(fileURLWithPath: directory + "/peta.db"))
        #expect(throws: VaultError.self) {
            try Vault.adopt(foreign, in: directory + "/peta.db", key: .passphrase(secret("another passphrase")))
        }
        let own = try exported(vault, directory)
        #expect(throws: VaultError.weakPassphrase(reason: "it has 5 characters; 12 are the least")) {
            try Vault.adopt(own, in: directory + "/peta.db", key: .passphrase(secret("short")))
        }
        for bytes in [[], [1], [2] + Array(repeating: UInt8(0), count: 32), [1] + Array(repeating: UInt8(0), count: 31)] {
            #expect(throws: VaultError.self) {
                try Vault.adopt(SecretBytes(copying: bytes), in: directory + "/peta.db", key: .passphrase(secret("another passphrase")))
            }
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: directory + "/peta.db")) == before)
        try Vault.adopt(own, in: directory + "/peta.db", key: .keyFile(directory + "/key"))
    }

    @Test("every sealed record of all parts is looked at, and one that does not open is named")
    func inspect() async throws {
        let (fixture, vault) = try await filled()
        _ = try vault.beginRotation()
        try fixture.execute("UPDATE vault_secrets SET version = 9 WHERE name = 's7'")
        try fixture.execute("UPDATE thing SET sealed = x'ff00' WHERE id = 'a'")
        let directory = try copy(fixture, "taken")
        let keys = try exported(vault, directory)
        let found = try look(directory) { try Vault.inspect($0, with: keys, Things.columns) }
        #expect(found.secrets == 69)
        #expect(found.damaged.contains("secret/s7") && found.damaged.count == 2)
        let key = try look(directory) { try Vault.deriveKey("audit/mac", of: keys, in: $0) }
        #expect(try key.equals(vault.deriveKey("audit/mac")))
    }
}

extension VaultFixture {
    /// Runs a statement that no transaction may be around.
    fileprivate func executeAlone(_ sql: String) throws {
        try store.pool.writeWithoutTransaction { try $0.execute(sql: sql) }
    }
}
