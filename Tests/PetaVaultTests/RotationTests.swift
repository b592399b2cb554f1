import Foundation
import GRDB
import PetaCrypto
import PetaStore
import PetaVault
import Synchronization
import Testing

@Suite("Rotating the key")
struct RotationTests {
    /// More than one batch holds.
    private static let secrets = (0..<70).map { "s\($0)" }

    private func fill(_ fixture: VaultFixture, _ vault: Vault) async throws {
        for name in Self.secrets { _ = try await vault.setSecret(name, value: secret("value of \(name)")) }
        for id in ["a", "b"] { try Things.put(id, "thing \(id)", version: 3, fixture.store, vault) }
        try fixture.execute("INSERT INTO thing (id, version, sealed) VALUES ('empty', 1, NULL)")
    }

    private func expectWhole(_ fixture: VaultFixture, _ vault: Vault) throws {
        for name in Self.secrets { #expect(text(try vault.reveal(name)) == "value of \(name)") }
        #expect(try Things.all(fixture.store, vault) == ["a": "thing a", "b": "thing b"])
    }

    @discardableResult
    private func finish(_ vault: Vault) async throws -> Vault.Rotated? { try await vault.finishRotation(Things.columns) {} }

    @Test("everything is sealed with the new key, the older one is gone, and keys of a purpose are what they were")
    func rotate() async throws {
        let fixture = try VaultFixture()
        let vault = try fixture.open()
        let mac = try vault.deriveKey("audit/mac")
        try await fill(fixture, vault)
        #expect(try vault.beginRotation() == 2)
        #expect(try vault.isRotating())
        try expectWhole(fixture, vault)
        #expect(try await finish(vault) == Vault.Rotated(generation: 2, records: 72, damaged: []))
        #expect(try !vault.isRotating())
        #expect(try Things.marks(fixture.store) == [2])
        #expect(try Things.keys(fixture.store) == ["purpose/audit/mac", "records/2"])
        try expectWhole(fixture, vault)
        let again = try fixture.open()
        try expectWhole(fixture, again)
        #expect(try again.deriveKey("audit/mac").equals(mac))
        #expect(try await finish(again) == nil)
        let summary = try #require(try VaultSummary.read(fixture.store, Things.columns))
        #expect(summary.generation == 2 && summary.rotatedAt != nil && summary.recordsLeft == nil)
    }

    @Test("a key of a purpose that is first asked for after a rotation stays from then on")
    func latePurpose() async throws {
        let fixture = try VaultFixture()
        let vault = try fixture.open()
        _ = try vault.beginRotation()
        try await finish(vault)
        let late = try vault.deriveKey("late")
        _ = try vault.beginRotation()
        try await finish(vault)
        #expect(try vault.deriveKey("late").equals(late))
        #expect(try fixture.open().deriveKey("late").equals(late))
    }

    @Test("the root is another one: what is known of the old one opens no key of the new")
    func root() async throws {
        let fixture = try VaultFixture()
        let vault = try fixture.open()
        try fixture.execute("CREATE TABLE old AS SELECT * FROM vault_header")
        _ = try vault.beginRotation()
        try await finish(vault)
        try fixture.execute("DELETE FROM vault_header; INSERT INTO vault_header SELECT * FROM old")
        let error = #expect(throws: VaultError.self) { try fixture.open() }
        #expect(error?.message.contains("does not open") == true)
    }

    @Test("a crash at any write leaves a vault that opens all, and the rotation goes on from there")
    func crash() async throws {
        var number = 0
        while true {
            number += 1
            let fixture = try VaultFixture()
            try await fill(fixture, try fixture.open())
            let vault = try fixture.open()
            fixture.faults.fail(at: number)
            do {
                _ = try vault.beginRotation()
                try await finish(vault)
                #expect(!fixture.faults.hasFailed)
                break
            } catch is Faults.Failure {}
            try fixture.store.close()
            let next = try VaultFixture(fixture.scratch)
            let reopened = try next.open()
            try expectWhole(next, reopened)
            // The first write is the beginning: without it nothing has begun.
            #expect(try reopened.isRotating() == (number > 1))
            try await finish(reopened)
            try expectWhole(next, reopened)
            #expect(try Things.marks(next.store) == [number > 1 ? 2 : 1])
            try expectWhole(next, try next.open())
        }
        // Begin, two batches of secrets and what ends them, things and what ends them, drop.
        #expect(number > 5)
    }

    @Test("a write that fails while the vault stays open loses nothing, and the rotation ends later")
    func fullDisk() async throws {
        var number = 0
        while true {
            number += 1
            let fixture = try VaultFixture()
            let vault = try fixture.open()
            try await fill(fixture, vault)
            fixture.faults.fail(at: number)
            var failures = 0
            if (try? vault.beginRotation()) == nil {
                failures += 1
                _ = try vault.beginRotation()
            }
            do { try await finish(vault) } catch is Faults.Failure {
                failures += 1
                try expectWhole(fixture, vault)
                try await finish(vault)
            }
            try expectWhole(fixture, vault)
            #expect(try Things.marks(fixture.store) == [2] && Things.keys(fixture.store) == ["records/2"])
            try expectWhole(fixture, try fixture.open())
            if failures == 0 { break }
        }
        #expect(number > 5)
    }

    @Test("a database that may not grow is refused in plain words, and nothing is lost")
    func noSpace() async throws {
        let fixture = try VaultFixture()
        let vault = try fixture.open()
        try await fill(fixture, vault)
        try await fixture.store.pool.writeWithoutTransaction { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages)")
            // A table of keys that has no room left.
            try db.execute(
                sql: "CREATE TRIGGER full BEFORE INSERT ON vault_keys BEGIN INSERT INTO thing VALUES ('filler', 1, zeroblob(200000)); END")
        }
        let error = #expect(throws: VaultError.self) { try vault.beginRotation() }
        #expect(error?.message.contains("full") == true)
        try expectWhole(fixture, vault)
        #expect(try !vault.isRotating())
        try fixture.execute("DROP TRIGGER full")
        _ = try vault.beginRotation()
        try await finish(vault)
        try expectWhole(fixture, vault)
    }

    @Test("what is sealed while it goes on is sealed with the new key, and what is replaced stays replaced")
    func concurrent() async throws {
        let fixture = try VaultFixture()
        let vault = try fixture.open()
        try await fill(fixture, vault)
        _ = try vault.beginRotation()
        let steps = Mutex(0)
        let store = fixture.store
        _ = try await vault.finishRotation(Things.columns) {
            let step = steps.withLock { step in
                step += 1
                return step
            }
            _ = try await vault.setSecret("s69", value: secret("step \(step)"))
            try Things.put("new\(step)", "made at \(step)", store, vault)
        }
        let count = steps.withLock { $0 }
        #expect(count > 3)
        #expect(text(try vault.reveal("s69")) == "step \(count)")
        #expect(try Things.all(fixture.store, vault)["new\(count)"] == "made at \(count)")
        #expect(try Things.marks(fixture.store) == [2])
    }

    @Test("what was read before the older key went still opens; a second rotation has to wait for the first")
    func overlap() async throws {
        let fixture = try VaultFixture()
        let vault = try fixture.open()
        try Things.put("a", "thing a", fixture.store, vault)
        let old = try #require(try fixture.store.readSync { try Data.fetchOne($0, sql: "SELECT sealed FROM thing") })
        _ = try vault.beginRotation()
        #expect(throws: VaultError.rotating) { try vault.beginRotation() }
        try await finish(vault)
        #expect(text(try vault.open(Array(old), record: "thing/a", version: 1)) == "thing a")
        let next = try fixture.open()
        #expect(throws: VaultError.recordDamaged(record: "thing/a")) { try next.open(Array(old), record: "thing/a", version: 1) }
    }

    @Test("records that nothing opens are told by name and hold nothing up")
    func damaged() async throws {
        let fixture = try VaultFixture()
        let vault = try fixture.open()
        try await fill(fixture, vault)
        try fixture.execute("UPDATE thing SET sealed = x'01aabb' WHERE id = 'b'; UPDATE vault_secrets SET version = 9 WHERE name = 's3'")
        _ = try vault.beginRotation()
        let rotated = try await finish(vault)
        #expect(rotated == Vault.Rotated(generation: 2, records: 70, damaged: ["secret/s3", "thing/b"]))
        #expect(try Things.keys(fixture.store) == ["records/2"])
    }

    @Test("it can be broken off between two batches, and its progress is seen")
    func progress() async throws {
        struct Stop: Error {}
        let fixture = try VaultFixture()
        let vault = try fixture.open()
        try await fill(fixture, vault)
        _ = try vault.beginRotation()
        #expect(try VaultSummary.read(fixture.store, Things.columns)?.recordsLeft == 72)
        await #expect(throws: Stop.self) { _ = try await vault.finishRotation(Things.columns) { throw Stop() } }
        #expect(try VaultSummary.read(fixture.store, Things.columns)?.recordsLeft == 8)
        #expect(try Things.marks(fixture.store) == [1, 2])
        try await finish(vault)
        #expect(try VaultSummary.read(fixture.store, Things.columns)?.recordsLeft == nil)
    }

    @Test("more rotations than there are marks")
    func marks() async throws {
        let fixture = try VaultFixture()
        let vault = try fixture.open()
        try Things.put("a", "thing a", fixture.store, vault)
        for number in 2...258 {
            #expect(try vault.beginRotation() == number)
            try await finish(vault)
        }
        #expect(try Things.marks(fixture.store) == [3])
        #expect(try Things.all(fixture.store, fixture.open()) == ["a": "thing a"])
    }

    @Test("a closed vault gives nothing out")
    func closed() async throws {
        let fixture = try VaultFixture()
        let vault = try fixture.open()
        _ = try await vault.setSecret("a", value: secret("value"))
        weak var held: SecretBytes?
        do {
            let value = try vault.reveal("a")
            held = value
            #expect(text(value) == "value")
        }
        #expect(held != nil)
        vault.close()
        #expect(held == nil)
        #expect(throws: VaultError.sealed) { try vault.reveal("a") }
        #expect(throws: VaultError.sealed) { try vault.seal([1], record: "x", version: 1) }
        #expect(throws: VaultError.sealed) { try vault.deriveKey("x") }
        #expect(throws: VaultError.sealed) { try vault.beginRotation() }
        #expect(text(try fixture.open().reveal("a")) == "value")
    }
}
