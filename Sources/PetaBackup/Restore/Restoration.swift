import Foundation
package import GRDB
package import PetaAdminAPI
package import PetaCrypto
package import PetaStore

/// Puts a backup in the place of what a data directory holds.
///
/// All of the new state is prepared and checked inside of the directory before anything is changed; see `RestoreSwitch` for how it is put in
/// place. Whatever fails before that leaves the old state, and nothing else.
package struct Restoration {
    /// What the vault and the audit do, which this part does not know.
    package struct Parts {
        package var migrations: [Migration]
        /// Wraps the vault's keys anew in the database at this path; with the key file at that path, where there is to be one.
        package var adopt: (SecretBytes, _ database: String, _ keyFile: String) throws -> Void
        /// Looks at a database with the keys: secrets and audit.
        package var inspect: (Database, SecretBytes) throws -> BackupInspection
        package var mark: (BackupManifest, BackupOpener.End) -> RestoreMark
        package var clock: () -> Timestamp

        package init(
            migrations: [Migration], adopt: @escaping (SecretBytes, _ database: String, _ keyFile: String) throws -> Void,
            inspect: @escaping (Database, SecretBytes) throws -> BackupInspection,
            mark: @escaping (BackupManifest, BackupOpener.End) -> RestoreMark, clock: @escaping () -> Timestamp
        ) {
            self.migrations = migrations
            self.adopt = adopt
            self.inspect = inspect
            self.mark = mark
            self.clock = clock
        }
    }

    private let directory: String
    private let parts: Parts
    private let disk: RestoreDisk
    private let derive: BackupDerivation?
    private let isInterrupted: @Sendable () -> Bool

    package init(
        directory: String, parts: Parts, disk: RestoreDisk = RestoreDisk(), derive: BackupDerivation? = nil,
        isInterrupted: @escaping @Sendable () -> Bool = { false }
    ) {
        self.directory = directory
        self.parts = parts
        self.disk = disk
        self.derive = derive
        self.isInterrupted = isInterrupted
    }

    /// Restores. The directory's lock is held meanwhile: a gateway that runs there refuses it.
    ///
    /// - Parameters:
    ///   - replaces: false refuses where there is a state.
    ///   - acceptsFindings: false refuses what was found damaged inside of the database.
    ///   - confirm: asked before anything is written.
    package func run(
        _ source: BackupSource, passphrase: SecretBytes, replaces: Bool, acceptsFindings: Bool = false,
        confirm: (BackupManifest, Bool) throws -> Void
    ) throws -> (before: String?, keyFile: String?, verdict: BackupVerdict) {
        let lock = try DirectoryLock.preparing(directory)
        defer { lock.release() }
        try disk.giveToOwner(of: directory, directory + "/lock")
        let exchange = RestoreSwitch(directory: directory, disk: disk)
        try exchange.settle()
        let isOccupied = exchange.isOccupied
        guard !isOccupied || replaces else { throw BackupError.occupied(path: directory) }
        let opener = try BackupOpener(source, passphrase: passphrase, derive: derive)
        let manifest = opener.manifest
        let unknown = Store.unknown(manifest.schema, to: parts.migrations)
        guard unknown.isEmpty else { throw BackupError.newerSchema(unknown) }
        try confirm(manifest, isOccupied)
        try checkSpace(manifest)
        let verdict: BackupVerdict
        do {
            verdict = try stage(opener, exchange.staging)
            guard acceptsFindings || verdict.findings.isEmpty else { throw BackupError.findings(verdict.findings) }
        } catch {
            // As well as it can be: where it cannot, the next start does it.
            try? exchange.settle()
            throw error
        }
        let hasKeyFile = RestoreDisk.exists(exchange.staging + "/" + RestoreSwitch.keyName)
        let before: String?
        do {
            before = try exchange.commit(time: Self.compact(parts.clock()))
        } catch {
            // Before the journal is written it is not decided.
            if case .halfDone? = error as? BackupError { throw error }
            try? exchange.settle()
            throw error
        }
        return (before, hasKeyFile ? directory + "/" + RestoreSwitch.keyName : nil, verdict)
    }

    private func stage(_ opener: BackupOpener, _ staging: String) throws -> BackupVerdict {
        try disk.makeDirectory(staging)
        try disk.giveToOwner(of: directory, staging)
        let database = staging + "/" + RestoreSwitch.databaseName
        let keys = try opener.vaultKeys()
        let end = try Self.unpack(opener, to: database, disk)
        try parts.adopt(keys, database, staging + "/" + RestoreSwitch.keyName)
        var found = BackupInspection()
        let missing = try BackupContent.check(database, migrations: parts.migrations, isInterrupted: isInterrupted) {
            found = try parts.inspect($0, keys)
        }
        for suffix in ["-wal", "-shm"] where RestoreDisk.exists(database + suffix) {
            throw BackupError.badContent("its write-ahead log could not be moved into it")
        }
        try disk.write(try AdminJSON.encode(parts.mark(opener.manifest, end)), to: staging + "/" + RestoreSwitch.markName)
        for name in RestoreDisk.names(staging) {
            try disk.giveToOwner(of: directory, staging + "/" + name)
            try disk.sync(staging + "/" + name)
        }
        try disk.sync(staging)
        return BackupVerdict(
            manifest: opener.manifest, bytes: end.bytes, sha256: end.sha256, auditRecords: found.auditRecords, secrets: found.secrets,
            migrations: missing, findings: found.findings)
    }

    /// Writes the database that is in a backup into a new file.
    package static func unpack(_ opener: BackupOpener, to path: String, _ disk: RestoreDisk = RestoreDisk()) throws -> BackupOpener.End {
        let descriptor = try disk.create(path)
        defer { close(descriptor) }
        return try opener.database { try disk.write($0, to: descriptor, path) }
    }

    private func checkSpace(_ manifest: BackupManifest) throws {
        // The database, its log while the key is changed, and a little.
        let needed = manifest.databaseBytes + (16 << 20)
        guard let free = RestoreDisk.free(directory), free < needed else { return }
        throw BackupError.noSpace(path: directory, needed: needed, free: free)
    }

    /// `20260309T170405Z`.
    private static func compact(_ time: Timestamp) -> String {
        time.text.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
    }
}

/// What was found in a database beside that it is whole.
package struct BackupInspection: Sendable {
    package var auditRecords: Int64 = 0
    package var secrets = 0
    /// What is not as it should be, though it was backed up as it was.
    package var findings: [String] = []

    package init() {}
}
