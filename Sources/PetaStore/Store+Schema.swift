package import GRDB

extension Store {
    /// The steps of the schema that a database has, in the order in which they ran.
    package static func steps(_ db: Database) throws -> [String] {
        guard try db.tableExists("grdb_migrations") else { return [] }
        return try String.fetchAll(db, sql: "SELECT identifier FROM grdb_migrations ORDER BY rowid")
    }

    /// Those of `steps` that none of `migrations` is: a binary that has only these must not open a database that has those.
    package static func unknown(_ steps: [String], to migrations: [Migration]) -> [String] {
        let known = Set(migrations.map(\.identifier))
        return steps.filter { !known.contains($0) }.sorted()
    }
}
