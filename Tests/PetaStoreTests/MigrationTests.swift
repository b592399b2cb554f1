import GRDB
import PetaStore
import Synchronization
import Testing

@Suite("Migrations")
struct MigrationTests {
    let scratch: ScratchDirectory

    init() throws {
        scratch = try ScratchDirectory()
    }

    private func step(_ part: String, _ name: String, _ sql: String) -> Migration {
        Migration(part: part, name: name) { try $0.execute(sql: sql) }
    }

    @Test("each step runs once, in order, also when parts grow between starts")
    func runOnce() throws {
        let ran = Mutex<[String]>([])
        func noting(_ part: String, _ name: String) -> Migration {
            Migration(part: part, name: name) { _ in ran.withLock { $0.append(part + "/" + name) } }
        }
        try Store(directory: scratch.path, migrations: [noting("a", "1"), noting("b", "1")]).close()
        try Store(directory: scratch.path, migrations: [noting("a", "1"), noting("a", "2"), noting("b", "1")]).close()
        #expect(ran.withLock { $0 } == ["a/1", "b/1", "a/2"])
    }

    @Test("a step that throws leaves nothing of itself, and what came before stays")
    func atomic() throws {
        let good = step("a", "good", "CREATE TABLE good (x)")
        let bad = Migration(part: "a", name: "bad") { db in
            try db.execute(sql: "CREATE TABLE half (x); INSERT INTO good VALUES (1)")
            try db.execute(sql: "INSERT INTO no_such_table VALUES (1)")
        }
        #expect { try Store(directory: scratch.path, migrations: [good, bad]) } throws: { error in
            guard case StoreError.migrationFailed(step: "a/bad", _) = error else { return false }
            return true
        }
        let store = try Store(directory: scratch.path, migrations: [good])
        let (half, rows) = try store.readSync { db in
            (try db.tableExists("half"), try Int.fetchOne(db, sql: "SELECT count(*) FROM good"))
        }
        #expect(!half)
        #expect(rows == 0)
        try store.close()
    }

    @Test("a step that leaves a dangling foreign key is refused")
    func foreignKeys() throws {
        let dangling = step(
            "a", "dangling", "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p); INSERT INTO c VALUES (1)")
        #expect(throws: StoreError.self) { try Store(directory: scratch.path, migrations: [dangling]) }
    }

    @Test("a schema with steps that this binary does not know is refused by name")
    func newerSchema() throws {
        let old = step("a", "1", "CREATE TABLE t (x)")
        try Store(directory: scratch.path, migrations: [old, step("a", "2", "CREATE TABLE u (x)")]).close()
        #expect(throws: StoreError.newerSchema(found: ["a/2"])) { try Store(directory: scratch.path, migrations: [old]) }
    }

    @Test("a step listed twice is refused before anything runs")
    func twice() throws {
        let step = step("a", "1", "CREATE TABLE t (x)")
        #expect(throws: StoreError.migrationFailed(step: "a/1", reason: "it is listed twice")) {
            try Store(directory: scratch.path, migrations: [step, step])
        }
    }

    @Test("a commit that fails keeps nothing, for every commit that can fail")
    func failingCommits() throws {
        struct Fault: Error {}
        for failing in 0..<3 {
            let count = Mutex(0)
            let scratch = try ScratchDirectory()
            let store = try Store(directory: scratch.path, migrations: [step("a", "1", "CREATE TABLE t (x)")]) {
                let number = count.withLock { count in
                    defer { count += 1 }
                    return count
                }
                if number == failing { throw Fault() }
            }
            for i in 0..<3 {
                if i == failing {
                    #expect(throws: Fault.self) { try store.writeSync { try $0.execute(sql: "INSERT INTO t VALUES (\(i))") } }
                } else {
                    try store.writeSync { try $0.execute(sql: "INSERT INTO t VALUES (\(i))") }
                }
            }
            let rows = try store.readSync { try Int.fetchAll($0, sql: "SELECT x FROM t ORDER BY x") }
            #expect(rows == (0..<3).filter { $0 != failing })
            try store.close()
        }
    }
}
