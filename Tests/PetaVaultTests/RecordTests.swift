import PetaCrypto
import PetaVault
import Testing

@Suite("Sealed records")
struct RecordTests {
    let fixture: VaultFixture
    let vault: Vault

    init() throws {
        fixture = try VaultFixture()
        vault = try fixture.open()
    }

    @Test("a record opens for the same name and version only")
    func bound() throws {
        let sealed = try vault.seal(Array("one".utf8), record: "server/a", version: 1)
        #expect(text(try vault.open(sealed, record: "server/a", version: 1)) == "one")
        for (record, version) in [("server/b", 1), ("server/a", 2), ("server/a|1", 1), ("", 1)] {
            #expect(throws: VaultError.recordDamaged(record: record)) { try vault.open(sealed, record: record, version: version) }
        }
    }

    @Test("swapped rows open neither, and a third still opens")
    func swapped() throws {
        let a = try vault.seal(Array("one".utf8), record: "server/a", version: 1)
        let b = try vault.seal(Array("two".utf8), record: "server/b", version: 1)
        let c = try vault.seal(Array("three".utf8), record: "server/c", version: 1)
        #expect(throws: VaultError.recordDamaged(record: "server/a")) { try vault.open(b, record: "server/a", version: 1) }
        #expect(throws: VaultError.recordDamaged(record: "server/b")) { try vault.open(a, record: "server/b", version: 1) }
        #expect(text(try vault.open(c, record: "server/c", version: 1)) == "three")
    }

    @Test("a record is refused by name at whatever byte it is changed or cut")
    func changed() throws {
        let sealed = try vault.seal(Array("one".utf8), record: "server/a", version: 1)
        for i in sealed.indices {
            var changed = sealed
            changed[i] ^= 0x20
            #expect(throws: VaultError.recordDamaged(record: "server/a")) { try vault.open(changed, record: "server/a", version: 1) }
            #expect(throws: VaultError.recordDamaged(record: "server/a")) {
                try vault.open(Array(sealed.prefix(i)), record: "server/a", version: 1)
            }
        }
    }

    @Test("a record of another vault does not open")
    func otherVault() throws {
        let sealed = try vault.seal(Array("one".utf8), record: "server/a", version: 1)
        let other = try VaultFixture()
        #expect(throws: VaultError.recordDamaged(record: "server/a")) { try other.open().open(sealed, record: "server/a", version: 1) }
    }

    @Test("nothing is a record too")
    func empty() throws {
        let sealed = try vault.seal([], record: "server/a", version: 1)
        #expect(try vault.open(sealed, record: "server/a", version: 1).count == 0)
    }
}
