import Glibc
package import PetaAdminAPI

/// What a restore tells the first start after it, in a file of the data directory: it goes into the audit then.
package struct RestoreMark: Codable, Sendable, Equatable {
    /// The request id of the record: a start that is interrupted does not write it twice.
    package var requestId: String
    package var restoredAt: Timestamp
    /// Who ran the restore.
    package var uid: UInt32
    package var pid: Int32
    /// Of the backup.
    package var id: String
    package var createdAt: Timestamp
    package var host: String
    package var instance: String
    package var sha256: String

    package init(
        requestId: String, restoredAt: Timestamp, uid: UInt32, pid: Int32, id: String, createdAt: Timestamp, host: String, instance: String,
        sha256: String
    ) {
        self.requestId = requestId
        self.restoredAt = restoredAt
        self.uid = uid
        self.pid = pid
        self.id = id
        self.createdAt = createdAt
        self.host = host
        self.instance = instance
        self.sha256 = sha256
    }

    /// The mark of a data directory; nil where nothing was restored since the last start. Throws where there is one that cannot be read.
    package static func read(_ directory: String) throws -> RestoreMark? {
        let path = directory + "/" + RestoreSwitch.markName
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw BackupError.unreadable(reason: "\(path): " + (strerror(errno).map { String(cString: $0) } ?? "error \(errno)"))
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0, let mark = try? AdminJSON.decode(RestoreMark.self, from: Array(bytes[..<count])) else {
            throw BackupError.journalDamaged(path: path)
        }
        return mark
    }

    /// Its record is in the audit.
    package static func remove(_ directory: String) throws {
        let disk = RestoreDisk()
        try disk.remove(directory + "/" + RestoreSwitch.markName)
        try disk.sync(directory)
    }
}
