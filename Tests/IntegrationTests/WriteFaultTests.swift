import Foundation
import PetaTestSupport
import Testing

/// Every single write, cut, naming, removal and sync of a data directory, SQLite's own among them, is where it ends once, in the middle of
/// what is written, and where the disk is full from then on once.
@Suite("A fault at every write")
struct WriteFaultTests {
    private static let passphrases = ["the first of two passphrases", "the second of two passphrases"]
    private static let secrets = (0..<5).map { "s\($0)" }

    /// A data directory of a gateway that has ended; each try has a copy of its own.
    private struct Origin {
        let gateway: Gateway

        init(arguments: [String] = [], _ body: (Gateway) throws -> Void = { _ in }) throws {
            gateway = try Gateway(arguments: arguments)
            for name in secrets { #expect(try gateway.peta("secret", "set", name, "--stdin", stdin: "old").status == 0) }
            try body(gateway)
            try gateway.stop()
        }

        func copy() throws -> TemporaryDirectory {
            let copy = try TemporaryDirectory()
            try FileManager.default.copyItem(atPath: gateway.data, toPath: copy.path("data"))
            return copy
        }
    }

    /// Tries one number after the other until the process makes fewer changes than that. Gives how many there are.
    private func each(_ body: (Int) throws -> Bool) throws -> Int {
        var number = 1
        while try body(number) {
            number += 1
            try #require(number < 1000, "it never ends")
        }
        return number - 1
    }

    /// The one value that all secrets have.
    private func value(_ gateway: Gateway) throws -> String {
        let values = Set(try Self.secrets.map { try gateway.expect("secret", "show", $0, "--reveal") })
        return try #require(values.count == 1 ? values.first : nil, "\(values)")
    }

    /// Whoever asked is told of the disk, and not that what is on it is bad.
    private func expectBlamesDisk(_ result: RunResult, _ number: Int, _ gateway: Gateway? = nil) throws {
        var said = result.stderr
        // What could not be recorded says where to look.
        if let gateway, said.contains("'peta status' says why") { said = try gateway.expect("status") }
        #expect(
            ["disk is full", "disk is not full", "no space left on device"].contains { said.lowercased().contains($0) },
            "\(number): \(result) \(said)")
    }

    private func expectAuditIsWhole(_ gateway: Gateway) throws {
        #expect(try DownstreamRig.object(try gateway.expect("audit", "verify", "--json"))["ok"] as? Bool == true)
    }

    @Test("of a restore: the next start finds the old state or the new one, and nothing else", arguments: WriteFault.Kind.allCases)
    func restore(kind: WriteFault.Kind) throws {
        let place = try TemporaryDirectory()
        let file = place.path("a.backup")
        let key = try place.write(Self.passphrases[0] + "\n", to: "passphrase")
        let origin = try Origin { gateway in
            try gateway.expect("backup", "create", file, "--from-file", key)
            for name in Self.secrets { #expect(try gateway.peta("secret", "set", name, "--stdin", stdin: "later").status == 0) }
        }
        var seen: Set<String> = []
        let count = try each { number in
            let host = try origin.copy()
            let fault = try WriteFault(kind, at: number, under: host.path("data"))
            let restoring = try run(
                PetaBinary.path(),
                ["backup", "restore", file, "--from-file", key, "--data-dir", host.path("data"), "--replace", "--yes"],
                environment: ChildProcess.plainEnvironment.merging(try fault.environment) { $1 })
            if !fault.wasHit {
                #expect(restoring.status == 0, "\(restoring)")
                return false
            }
            if kind == .kill {
                #expect(restoring.status == 128 + SIGKILL, "\(number): \(restoring)")
            } else if restoring.status != 0 {
                try expectBlamesDisk(restoring, number)
            }
            let next = try Gateway(directory: host)
            let found = try value(next)
            seen.insert(found)
            // What was said holds.
            if restoring.status == 0 { #expect(found == "old", "\(number)") }
            try expectAuditIsWhole(next)
            try next.kill()
            let left = Set(try FileManager.default.contentsOfDirectory(atPath: host.path("data")))
            let aside = left.filter { $0.hasPrefix("before-restore-") }
            #expect(aside.count == (found == "old" ? 1 : 0), "\(number): \(left)")
            #expect(!left.contains { $0.hasPrefix("restore.") }, "\(number): \(left)")
            return true
        }
        #expect(count > 60, "\(count) changes")
        #expect(seen == ["old", "later"])
    }

    @Test("of a rotation: no secret is lost, the audit is whole, and the rotation goes on", arguments: WriteFault.Kind.allCases)
    func rotation(kind: WriteFault.Kind) throws {
        let origin = try Origin()
        var generations: Set<Int> = []
        let count = try each { number in
            let host = try origin.copy()
            let fault = try WriteFault(kind, at: number, under: host.path("data"), isArmed: false)
            let gateway = try Gateway(environment: try fault.environment, directory: host)
            try fault.arm()
            let rotated = try gateway.peta("vault", "rotate")
            if kind == .full, rotated.status != 0 { try expectBlamesDisk(rotated, number, gateway) }
            try gateway.kill()
            guard fault.wasHit || rotated.status != 0 else { return false }
            let next = try Gateway(directory: host)
            #expect(try value(next) == "old", "\(number)")
            try expectAuditIsWhole(next)
            try eventually("the rotation ends") { try VaultOperationTests.state(next)["rotation"] is NSNull }
            let generation = try #require(try VaultOperationTests.state(next)["generation"] as? Int)
            // What was said holds.
            if rotated.status == 0 { #expect(generation == 2, "\(number)") }
            generations.insert(generation)
            #expect(try value(next) == "old", "\(number)")
            try next.kill()
            return true
        }
        #expect(count > 10, "\(count) changes")
        #expect(generations == [1, 2])
    }

    @Test("of a change of passphrase: the old one opens the vault, or else the new one", arguments: WriteFault.Kind.allCases)
    func passphrase(kind: WriteFault.Kind) throws {
        let place = try TemporaryDirectory()
        let files = try Self.passphrases.enumerated().map { try place.write($1 + "\n", to: "p\($0)") }
        let origin = try Origin(arguments: ["--passphrase-file", files[0]])
        var opened: Set<Int> = []
        let count = try each { number in
            let host = try origin.copy()
            let fault = try WriteFault(kind, at: number, under: host.path("data"), isArmed: false)
            let gateway = try Gateway(arguments: ["--passphrase-file", files[0]], environment: try fault.environment, directory: host)
            try fault.arm()
            let changed = try gateway.peta("vault", "passphrase", "--current-file", files[0], "--from-file", files[1])
            if kind == .full, changed.status != 0 { try expectBlamesDisk(changed, number, gateway) }
            try gateway.kill()
            guard fault.wasHit || changed.status != 0 else { return false }
            let next = try Gateway(directory: host, sealed: true)
            let index = try Self.passphrases.firstIndex { try VaultOperationTests.unseal(next, $0).status == 0 }
            opened.insert(try #require(index, "\(number): neither opens it"))
            // What was said holds.
            if changed.status == 0 { #expect(index == 1, "\(number)") }
            #expect(try value(next) == "old", "\(number)")
            try expectAuditIsWhole(next)
            try next.kill()
            return true
        }
        #expect(count > 2, "\(count) changes")
        #expect(opened == [0, 1])
    }

    @Test("of a backup: the file is whole or as it was, and the next one can be made", arguments: WriteFault.Kind.allCases)
    func backup(kind: WriteFault.Kind) throws {
        let place = try TemporaryDirectory()
        let key = try place.write(Self.passphrases[0] + "\n", to: "passphrase")
        let gateway = try Gateway()
        #expect(try gateway.peta("secret", "set", "a", "--stdin", stdin: "v").status == 0)
        var seen: Set<Bool> = []
        let count = try each { number in
            let directory = try TemporaryDirectory()
            let file = try directory.write("as it was", to: "a.backup")
            let fault = try WriteFault(kind, at: number, under: directory.path)
            let made = try gateway.peta(
                ["backup", "create", file, "--force", "--from-file", key], environment: try fault.environment)
            guard fault.wasHit else {
                #expect(made.status == 0, "\(made)")
                return false
            }
            if kind == .full, made.status != 0 { try expectBlamesDisk(made, number) }
            let isNew = (try? String(contentsOfFile: file, encoding: .utf8)) != "as it was"
            seen.insert(isNew)
            if isNew { #expect(try gateway.peta("backup", "verify", file, "--from-file", key).status == 0, "\(number)") }
            // What was said holds.
            if made.status == 0 { #expect(isNew, "\(number)") }
            // A name that it has meanwhile can be left by the end of the process alone.
            if kind == .full { #expect(directory.contents == ["a.backup"], "\(number): \(directory.contents)") }
            try eventually("it is over for the gateway too") { try !gateway.expect("backup", "list", "--json").contains(#""running""#) }
            return true
        }
        #expect(count > 3, "\(count) changes")
        #expect(seen.contains(false))
        try gateway.stop()
    }
}
