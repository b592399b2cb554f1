import Foundation
import GRDB
import PetaStore
import Testing

@Suite("Looking at a database")
struct StoreCheckTests {
    let scratch: ScratchDirectory
    var data: String { scratch.path + "/data" }
    var path: String { data + "/peta.db" }

    init() throws {
        scratch = try ScratchDirectory()
    }

    private func filled(_ rows: Int) throws -> Store {
        let store = try Store(directory: data, migrations: [])
        try store.writeSync { db in
            try db.execute(sql: "CREATE TABLE t (x)")
            try db.execute(
                sql: "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO t SELECT hex(i) FROM n",
                arguments: [rows])
        }
        return store
    }

    @Test("one that is whole is so, open or closed, to the end or in a given time")
    func whole() throws {
        let store = try filled(10)
        for milliseconds in [nil, 10_000] {
            #expect(try StoreCheck.check(store, milliseconds: milliseconds) == .whole)
        }
        try store.close()
        for milliseconds in [nil, 10_000] {
            #expect(try StoreCheck.check(path: path, milliseconds: milliseconds) == .whole)
        }
        try Store(directory: data, migrations: []).close()
    }

    @Test("when time is over it says so, and the connection goes on")
    func unfinished() throws {
        let store = try filled(50_000)
        #expect(try StoreCheck.check(store, milliseconds: -1) == .unfinished)
        #expect(try store.readSync { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") } == 50_000)
        #expect(try StoreCheck.check(store, milliseconds: nil) == .whole)
        try store.close()
    }

    @Test("damage and what is no database are told of, and a file that is not there cannot be looked at")
    func damaged() throws {
        try filled(50_000).close()
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        try file.seek(toOffset: 8192)
        try file.write(contentsOf: Data(repeating: 0xA5, count: 64 << 10))
        try file.close()
        guard case .damaged = try StoreCheck.check(path: path, milliseconds: nil) else {
            Issue.record("the damage was not found")
            return
        }
        try Data(String(repeating: "this is no database ", count: 1000).utf8).write(to: URL(fileURLWithPath: path))
        var isNone = false
        do {
            if case .damaged = try StoreCheck.check(path: path, milliseconds: nil) { isNone = true }
        } catch StoreError.damaged {
            isNone = true
        }
        #expect(isNone)
        #expect(throws: StoreError.self) { try StoreCheck.check(path: data + "/none.db", milliseconds: nil) }
    }

    @Test("steps of a newer binary are named")
    func newer() throws {
        try filled(1).close()
        #expect(try StoreCheck.unknownSteps(path: path, known: []).isEmpty)
        let queue = try DatabaseQueue(path: path)
        try queue.write { db in
            try db.execute(sql: "CREATE TABLE IF NOT EXISTS grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
            try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('vault/99 from the future')")
        }
        try queue.close()
        #expect(try StoreCheck.unknownSteps(path: path, known: []) == ["vault/99 from the future"])
    }
}
