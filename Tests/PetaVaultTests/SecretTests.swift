import Foundation
import GRDB
import PetaCrypto
import PetaStore
import PetaVault
import Synchronization
import Testing

@Suite("Named secrets")
struct SecretTests {
    let fixture: VaultFixture
    let vault: Vault

    init() throws {
        fixture = try VaultFixture()
        vault = try fixture.open()
    }

    @Test("a value that was set is revealed, also after a new start")
    func setAndReveal() async throws {
        let info = try await vault.setSecret("TOKEN", value: secret("s3cret-value"))
        #expect(info.name == "TOKEN" && info.version == 1 && info.bytes == 12 && info.createdAt == info.updatedAt)
        #expect(text(try vault.reveal("TOKEN")) == "s3cret-value")
        #expect(text(try fixture.open().reveal("TOKEN")) == "s3cret-value")
        #expect(try vault.reveal("OTHER") == nil)
        #expect(try await vault.secret("TOKEN") == info)
        #expect(try await vault.secret("OTHER") == nil)
    }

    @Test("the version rises with each set, and the new value is the one revealed")
    func versions() async throws {
        let clock = Mutex(Date(timeIntervalSince1970: 1000))
        let vault = try Vault.open(store: fixture.store, key: .keyFile(fixture.keyFile)) { clock.withLock { $0 } }
        for version in 1...3 {
            clock.withLock { $0 += 60 }
            let info = try await vault.setSecret("A", value: secret("value \(version)"))
            #expect(info.version == version)
            #expect(info.createdAt == Date(timeIntervalSince1970: 1060))
            #expect(info.updatedAt == Date(timeIntervalSince1970: 1000 + 60 * Double(version)))
            #expect(text(try vault.reveal("A")) == "value \(version)")
        }
        #expect(try await vault.secrets().map(\.version) == [3])
    }

    @Test("a removed secret is gone, also from memory")
    func remove() async throws {
        _ = try await vault.setSecret("A", value: secret("value"))
        _ = try vault.reveal("A")
        #expect(try await vault.removeSecret("A"))
        #expect(try vault.reveal("A") == nil)
        #expect(try await vault.removeSecret("A") == false)
        #expect(try await vault.secrets().isEmpty)
    }

    @Test("the list is in the order of names and holds no values")
    func list() async throws {
        for name in ["b", "A", "c"] { _ = try await vault.setSecret(name, value: secret("hidden-\(name)")) }
        let list = try await vault.secrets()
        #expect(list.map(\.name) == ["A", "b", "c"])
        #expect(!"\(list)".contains("hidden"))
    }

    @Test("no value is readable in the files of the data directory")
    func atRest() async throws {
        _ = try await vault.setSecret("A", value: secret("find-me-if-you-can"))
        for file in ["peta.db", "peta.db-wal"] {
            let data = try Data(contentsOf: URL(fileURLWithPath: fixture.scratch.path + "/data/" + file))
            #expect(data.range(of: Data("find-me-if".utf8)) == nil)
        }
    }

    @Test("names outside the rule are refused without being repeated", arguments: ["", "1A", "_A", "A B", "Ä", "A/B", "A\n", "hunter2!"])
    func badName(_ name: String) async throws {
        let error = await #expect(throws: VaultError.self) { try await vault.setSecret(name, value: secret("value")) }
        #expect(error?.code == "invalid_argument")
        #expect(name.isEmpty || name == "A\n" || error?.message.contains(name) == false)
    }

    @Test("names at the edge of the rule are taken")
    func goodNames() async throws {
        for name in ["A", "z", "a.b-c_D9", "A" + String(repeating: "x", count: 127)] {
            #expect(try await vault.setSecret(name, value: secret("value")).name == name)
        }
        let tooLong = "A" + String(repeating: "x", count: 128)
        await #expect(throws: VaultError.self) { try await vault.setSecret(tooLong, value: secret("value")) }
    }

    @Test("values that cannot be injected are refused with the reason, and the old value stays")
    func badValues() async throws {
        _ = try await vault.setSecret("A", value: secret("old"))
        let cases: [([UInt8], String)] = [
            ([], "empty"), ([97, 0, 98], "NUL"), ([0xFF, 0xFE, 97], "UTF-8"), ([0xED, 0xA0, 0x80, 97], "UTF-8"),
            ([UInt8](repeating: 97, count: 64 * 1024 + 1), "65537"),
        ]
        for (bytes, word) in cases {
            let error = await #expect(throws: VaultError.self) { try await vault.setSecret("A", value: SecretBytes(copying: bytes)) }
            #expect(error?.message.contains(word) == true)
        }
        #expect(text(try vault.reveal("A")) == "old")
        #expect(try await vault.secret("A")?.version == 1)
    }

    @Test("values at both ends of the permitted length are taken", arguments: [1, 64 * 1024])
    func lengths(_ count: Int) async throws {
        let value = SecretBytes(copying: [UInt8](repeating: 97, count: count))
        #expect(try await vault.setSecret("A", value: value).bytes == count)
        #expect(try fixture.open().reveal("A")?.equals(value) == true)
    }

    @Test("a damaged secret is refused by name; the others are served; setting it again mends it")
    func damaged() async throws {
        for name in ["A", "B", "C"] { _ = try await vault.setSecret(name, value: secret("value \(name)")) }
        try fixture.execute("UPDATE vault_secrets SET sealed = substr(sealed, 1, 20) WHERE name = 'B'")
        let error = #expect(throws: VaultError.recordDamaged(record: "secret/B")) { try vault.reveal("B") }
        #expect(error?.hint?.contains("peta secret set B") == true)
        #expect(throws: VaultError.recordDamaged(record: "secret/B")) { try vault.expand("${secret:A}${secret:B}") }
        #expect(text(try vault.reveal("A")) == "value A")
        #expect(text(try vault.reveal("C")) == "value C")
        #expect(try await vault.secrets().count == 3)
        #expect(try await vault.setSecret("B", value: secret("again")).version == 2)
        #expect(text(try vault.reveal("B")) == "again")
    }

    @Test("two rows that were swapped are both refused")
    func swapped() async throws {
        for name in ["A", "B", "C"] { _ = try await vault.setSecret(name, value: secret("value \(name)")) }
        try fixture.execute(
            """
            CREATE TABLE swapped AS SELECT iif(name = 'A', 'B', 'A') AS name, sealed FROM vault_secrets WHERE name IN ('A', 'B');
            UPDATE vault_secrets SET sealed = (SELECT s.sealed FROM swapped s WHERE s.name = vault_secrets.name) WHERE name IN ('A', 'B')
            """)
        #expect(throws: VaultError.recordDamaged(record: "secret/A")) { try vault.reveal("A") }
        #expect(throws: VaultError.recordDamaged(record: "secret/B")) { try vault.reveal("B") }
        #expect(text(try vault.reveal("C")) == "value C")
    }

    @Test("an older version put back under the newer number is refused")
    func rollback() async throws {
        _ = try await vault.setSecret("A", value: secret("old"))
        try fixture.execute("CREATE TABLE kept AS SELECT sealed FROM vault_secrets")
        _ = try await vault.setSecret("A", value: secret("new"))
        try fixture.execute("UPDATE vault_secrets SET sealed = (SELECT sealed FROM kept)")
        #expect(throws: VaultError.recordDamaged(record: "secret/A")) { try vault.reveal("A") }
    }

    @Test("when the commit fails, the old value and version stay")
    func failingCommit() async throws {
        struct Fault: Error {}
        let failing = Switch()
        let fixture = try VaultFixture(willCommit: { if failing.isOn { throw Fault() } })
        let vault = try fixture.open()
        _ = try await vault.setSecret("A", value: secret("old"))
        failing.isOn = true
        await #expect(throws: Fault.self) { try await vault.setSecret("A", value: secret("new")) }
        await #expect(throws: Fault.self) { try await vault.removeSecret("A") }
        failing.isOn = false
        #expect(text(try vault.reveal("A")) == "old")
        #expect(try await vault.setSecret("A", value: secret("newer")).version == 2)
    }

    @Test("a value that was read before another was set is not kept")
    func staleRead() {
        var cache = SecretCache()
        let before = cache.generation
        cache.forget("A")  // set meanwhile
        cache.keep(secret("old"), name: "A", readAt: before)
        #expect(cache.value("A") == nil)
        cache.keep(secret("new"), name: "A", readAt: cache.generation)
        #expect(text(cache.value("A")) == "new")
    }

    @Test("many writers of one name give each a version of its own, and the last one is revealed")
    func concurrent() async throws {
        let vault = vault
        let versions = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for i in 0..<20 {
                group.addTask {
                    let info = try await vault.setSecret("A", value: secret("value \(i)"))
                    _ = try vault.reveal("A")
                    return (info.version, "value \(i)")
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(versions.keys.sorted() == Array(1...20))
        #expect(text(try vault.reveal("A")) == versions[20])
    }
}
