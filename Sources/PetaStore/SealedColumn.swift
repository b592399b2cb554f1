import Foundation
package import GRDB

/// A column of one part that holds sealed records. The first byte of a record, its mark, says with which key it was sealed; what the rest
/// means is the vault's.
///
/// Trap: seal a record inside the transaction that stores it. One that was sealed before and is stored later may have been sealed with a
/// key that is gone by then.
package struct SealedColumn: Sendable {
    /// What it holds, for people: `secrets`.
    package let name: String
    private let table: String
    private let id: String
    private let column: String
    private let version: String?
    private let record: @Sendable (String) -> String

    /// - Parameters:
    ///   - id: the column with the text that names a row; unique.
    ///   - version: the column with the version that a record is bound to; nil where all have version 1.
    ///   - record: what the record of a row is called.
    package init(
        _ name: String, table: String, id: String, column: String, version: String? = nil, record: @escaping @Sendable (String) -> String
    ) {
        self.name = name
        self.table = table
        self.id = id
        self.column = column
        self.version = version
        self.record = record
    }

    /// One record as it is stored.
    package struct Sealed: Sendable {
        package let record: String
        package let version: Int
        package let bytes: [UInt8]
    }

    /// How many records bear this mark. Looks at each row.
    package func count(_ db: Database, mark: UInt8) throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT count(*) FROM \"\(table)\" WHERE substr(\"\(column)\", 1, 1) = ?", arguments: [Data([mark])]) ?? 0
    }

    /// Gives each record to `body`, in no order.
    package func each(_ db: Database, _ body: (Sealed) throws -> Void) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT "\(id)" AS id, "\(column)" AS sealed, \(version.map { "\"\($0)\"" } ?? "1") AS version FROM "\(table)"
                WHERE "\(column)" IS NOT NULL
                """)
        while let row = try rows.next() {
            let sealed: Data = row["sealed"]
            try body(Sealed(record: record(row["id"]), version: row["version"], bytes: Array(sealed)))
        }
    }

    /// Seals the next few records that bear this mark anew, in the transaction of the caller.
    ///
    /// - Parameters:
    ///   - cursor: behind which row to go on; empty at first.
    ///   - rows: how many at most.
    ///   - bytes: no further record is taken once so many have been.
    ///   - reseal: gives the new record; nil leaves the old one.
    /// - Returns: where to go on; nil when there are no more.
    package func reseal(
        _ db: Database, mark: UInt8, after cursor: String, rows: Int, bytes: Int, _ reseal: (Sealed) throws -> [UInt8]?
    ) throws -> String? {
        let found = try Row.fetchCursor(
            db,
            sql: """
                SELECT "\(id)" AS id, "\(column)" AS sealed, \(version.map { "\"\($0)\"" } ?? "1") AS version FROM "\(table)"
                WHERE "\(id)" > ? AND substr("\(column)", 1, 1) = ? ORDER BY "\(id)" LIMIT ?
                """,
            arguments: [cursor, Data([mark]), rows])
        var taken: [(id: String, sealed: Sealed)] = []
        var size = 0
        while size < bytes, let row = try found.next() {
            let id: String = row["id"]
            let sealed: Data = row["sealed"]
            taken.append((id, Sealed(record: record(id), version: row["version"], bytes: Array(sealed))))
            size += sealed.count
        }
        for (id, sealed) in taken {
            guard let new = try reseal(sealed) else { continue }
            try db.execute(
                sql: "UPDATE \"\(table)\" SET \"\(column)\" = ? WHERE \"\(self.id)\" = ?", arguments: [Data(new), id])
        }
        return taken.last?.id
    }
}
