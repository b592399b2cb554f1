/// What a backup says about itself; sealed inside it, in front of everything else.
package struct BackupManifest: Codable, Sendable, Equatable {
    /// Where the chain of the audit ended.
    package struct Audit: Codable, Sendable, Equatable {
        package var records: Int64
        /// The MAC of the last record, as `peta audit verify` prints it.
        package var head: String

        package init(records: Int64, head: String) {
            self.records = records
            self.head = head
        }
    }

    /// Random; the audit of the gateway and its list of backups name it too.
    package var id: String
    /// When the state was what is in it.
    package var createdAt: Timestamp
    /// The version of peta that made it.
    package var petaVersion: String
    /// The name of the machine.
    package var host: String
    package var dataDirectory: String
    /// The same for all backups of one installation, and for what was restored from them.
    package var instance: String
    /// The steps of the schema. One that a binary does not know means that it is too old for this backup.
    package var schema: [String]
    /// Nil: there was no record yet.
    package var audit: Audit?
    /// Rows of each table, but for the audit's own.
    package var tables: [String: Int]
    /// Size of the database in bytes.
    package var databaseBytes: Int64

    package init(
        id: String, createdAt: Timestamp, petaVersion: String, host: String, dataDirectory: String, instance: String, schema: [String],
        audit: Audit?, tables: [String: Int], databaseBytes: Int64
    ) {
        self.id = id
        self.createdAt = createdAt
        self.petaVersion = petaVersion
        self.host = host
        self.dataDirectory = dataDirectory
        self.instance = instance
        self.schema = schema
        self.audit = audit
        self.tables = tables
        self.databaseBytes = databaseBytes
    }
}
