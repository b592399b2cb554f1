import Foundation
import PetaBackup
import PetaCrypto
import PetaStore
import PetaVault
import Testing

@Suite("A restore that is interrupted")
struct InterruptionTests {
    struct Killed: Error {}
    struct Full: Error {}

    /// Counts steps, and fails the one with this number, or from it on every one, as when the process is gone.
    final class Plan {
        var count = 0
        let failing: Int
        let isKill: Bool

        init(_ failing: Int, isKill: Bool) {
            self.failing = failing
            self.isKill = isKill
        }

        var hit: Bool { count >= failing }

        var disk: RestoreDisk {
            RestoreDisk { [self] _ in
                count += 1
                if isKill, count >= failing { throw Killed() }
                if !isKill, count == failing { throw BackupError.cannotWrite(path: "/x", reason: "No space left on device") }
            }
        }
    }

    /// The state of a directory as the next start finds it.
    private func value(_ directory: String) async throws -> String? {
        try await Site.with(directory) { try $0.value("token") }
    }

    @Test("killed at any step, the next start finds the old state or the new one, whole", arguments: [true, false])
    func everyStep(isKill: Bool) async throws {
        let memory = Memory()
        let bytes = try await RestoreTests.backup("new")
        let scratch = try Scratch()
        let original = scratch.path + "/original"
        try await Site.with(original) { try await $0.set("token", "old") }
        var isOver = false
        var number = 0
        var seen: Set<String> = []
        while !isOver {
            number += 1
            let data = scratch.path + "/data-\(number)"
            try FileManager.default.copyItem(atPath: original, toPath: data)
            let plan = Plan(number, isKill: isKill)
            var restorer = Restorer(memory)
            restorer.replaces = true
            restorer.disk = plan.disk
            do {
                try restorer.run(bytes, into: data)
                #expect(!plan.hit || !isKill, "step \(number) failed and nobody noticed")
                isOver = plan.count < number
            } catch let error as BackupError where !isKill {
                #expect(error.hint != nil)
                if case .halfDone = error {
                } else {
                    // It is as if nothing had happened, at once.
                    #expect(!names(data).contains(RestoreSwitch.stagingName), "step \(number)")
                }
            } catch is Killed {
                #expect(isKill)
            }
            let found = try #require(try await value(data), "step \(number)")
            seen.insert(found)
            let left = names(data).subtracting(["peta.db", "peta.db-wal", "peta.db-shm", "key", "lock", "restored", "intents"])
            if found == "new" {
                #expect(left.count == 1, "step \(number): \(left)")
                let aside = try #require(left.first, "step \(number)")
                #expect(aside.hasPrefix("before-restore-") && names(data).contains("restored"), "step \(number): \(left)")
                #expect(try await value(data + "/" + aside) == "old", "step \(number)")
            } else {
                #expect(found == "old" && left.isEmpty && !names(data).contains("restored"), "step \(number): \(found), \(left)")
            }
            try FileManager.default.removeItem(atPath: data)
        }
        #expect(number > 25, "\(number) steps")
        #expect(seen == ["old", "new"])
    }

    /// Files in place of a state: each name has its own content, so that a mix shows.
    private func fill(_ directory: String, _ names: [String], _ content: String) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        for name in names { try Data(content.utf8).write(to: URL(fileURLWithPath: directory + "/" + name)) }
    }

    private func state(_ directory: String) -> [String: String] {
        var found: [String: String] = [:]
        for name in names(directory) {
            found[name] = try? String(contentsOfFile: directory + "/" + name, encoding: .utf8)
        }
        return found
    }

    private static let old = ["peta.db", "peta.db-wal", "peta.db-shm", "key", "sessions", "intents"]
    private static let new = ["peta.db", "key", "restored"]

    private func prepare(_ data: String, occupied: Bool) throws {
        if occupied { try fill(data, Self.old, "old") }
        try fill(data + "/" + RestoreSwitch.stagingName, Self.new, "new")
    }

    @Test("killed in the switch and killed again while that is put in order, at any two steps", arguments: [true, false])
    func twice(occupied: Bool) throws {
        let scratch = try Scratch()
        var outcomes: Set<String> = []
        var first = 0
        var isOver = false
        while !isOver {
            first += 1
            var second = 0
            var isSettled = false
            while !isSettled {
                second += 1
                let data = scratch.path + "/\(first)-\(second)"
                try prepare(data, occupied: occupied)
                let plan = Plan(first, isKill: true)
                do {
                    _ = try RestoreSwitch(directory: data, disk: plan.disk).commit(time: "T")
                    isOver = true
                } catch {}
                let again = Plan(second, isKill: true)
                isSettled = (try? RestoreSwitch(directory: data, disk: again.disk).settle()) != nil
                try RestoreSwitch(directory: data).settle()
                let found = state(data)
                if found["peta.db"] == "new" {
                    outcomes.insert("new")
                    #expect(found == Dictionary(uniqueKeysWithValues: Self.new.map { ($0, "new") }), "\(first), \(second): \(found)")
                    if occupied {
                        let aside = state(data + "/before-restore-T")
                        #expect(aside == Dictionary(uniqueKeysWithValues: Self.old.map { ($0, "old") }), "\(first), \(second): \(aside)")
                    }
                } else {
                    outcomes.insert("old")
                    let expected = occupied ? Dictionary(uniqueKeysWithValues: Self.old.map { ($0, "old") }) : [:]
                    #expect(found == expected, "\(first), \(second): \(found)")
                }
                #expect(names(data).isDisjoint(with: [RestoreSwitch.stagingName, "restore.journal", "restore.journal.new"]))
                try FileManager.default.removeItem(atPath: data)
            }
        }
        #expect(first > 10)
        #expect(outcomes == ["old", "new"])
    }

    @Test("a journal that cannot be read stops the start, and changes nothing")
    func damagedJournal() throws {
        let scratch = try Scratch()
        let data = scratch.path + "/data"
        try prepare(data, occupied: true)
        for text in [
            "", "peta restore 1\n", "peta restore 2\n-\npeta.db\n", "peta restore 1\n../x\npeta.db\n", "peta restore 1\n-\n/etc/passwd\n",
        ] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: data + "/restore.journal"))
            #expect(throws: BackupError.journalDamaged(path: data + "/restore.journal")) { try RestoreSwitch(directory: data).settle() }
            #expect(throws: BackupError.journalDamaged(path: data + "/restore.journal")) {
                _ = try Store(
                    directory: data, migrations: Site.migrations, beforeOpening: { try RestoreSwitch(directory: $0).settle() })
            }
            #expect(state(data)["peta.db"] == "old")
        }
    }
}
