import Glibc

/// Puts a staged state in the place of the one in a data directory. Whenever the process ends, the old one stands there or the new one:
/// a journal, written when all of the new state is on the disk, is what decides, and from then on every step can be done again.
package struct RestoreSwitch {
    /// What is prepared is here, inside of the data directory: it may be a mount point of its own.
    package static let stagingName = "restore.staging"
    static let journalName = "restore.journal"
    /// Tells the first start that a state was put in place of another; see `RestoreMark`.
    package static let markName = "restored"
    static let databaseName = "peta.db"
    static let keyName = "key"
    /// Everything that belongs to one state, the database last: while it is staged the switch is not over.
    static let names = [
        "peta.db-wal", "peta.db-shm", "peta.db-journal", keyName, "key.new", "sessions", "sessions.new", "intents", "intents.new", markName,
        databaseName,
    ]

    let directory: String
    let disk: RestoreDisk

    package init(directory: String, disk: RestoreDisk = RestoreDisk()) {
        self.directory = directory
        self.disk = disk
    }

    var staging: String { directory + "/" + Self.stagingName }
    private var journal: String { directory + "/" + Self.journalName }

    /// Whether the directory holds a state, or a part of one.
    package var isOccupied: Bool { Self.names.contains { RestoreDisk.exists(directory + "/" + $0) } }

    /// Puts in order what an earlier restore left: finishes it where it was decided, else drops what it had prepared. The directory is
    /// locked and nothing in it open. Done again, it does nothing.
    package func settle() throws {
        if RestoreDisk.exists(journal) {
            do {
                try complete(try readJournal())
            } catch let error as BackupError {
                if case .journalDamaged = error { throw error }
                throw BackupError.halfDone(path: directory, reason: error.message)
            }
        } else {
            try disk.removeDirectory(staging)
            try disk.remove(journal + ".new")
        }
    }

    /// Decides for the staged state, and puts it in place. What was there before is in the directory that it gives; nil: nothing was.
    package func commit(time: String) throws -> String? {
        let aside = isOccupied ? freeName("before-restore-" + time) : nil
        let staged = RestoreDisk.names(staging)
        try disk.write(Array((["peta restore 1", aside ?? "-"] + staged).joined(separator: "\n").utf8) + [0x0A], to: journal)
        // From here on it is the new state, whatever happens.
        do {
            try disk.sync(directory)
            try complete(Journal(aside: aside, staged: staged))
        } catch let error as BackupError {
            throw BackupError.halfDone(path: directory, reason: error.message)
        }
        return aside.map { directory + "/" + $0 }
    }

    private struct Journal {
        let aside: String?
        let staged: [String]
    }

    private func complete(_ journal: Journal) throws {
        if RestoreDisk.exists(staging + "/" + Self.databaseName) {
            if let aside = journal.aside { try setAside(directory + "/" + aside, journal.staged) }
            for name in Self.names where RestoreDisk.exists(staging + "/" + name) {
                try disk.rename(staging + "/" + name, to: directory + "/" + name)
            }
            try disk.sync(directory)
        }
        try disk.removeDirectory(staging)
        try disk.remove(self.journal)
        try disk.sync(directory)
    }

    private func setAside(_ aside: String, _ staged: [String]) throws {
        try disk.makeDirectory(aside)
        try disk.giveToOwner(of: directory, aside)
        for name in Self.names where RestoreDisk.exists(directory + "/" + name) {
            // What was staged and is not any more stands here already, and is new.
            if staged.contains(name), !RestoreDisk.exists(staging + "/" + name) { continue }
            try disk.rename(directory + "/" + name, to: aside + "/" + name)
        }
        try disk.sync(aside)
        try disk.sync(directory)
    }

    private func readJournal() throws -> Journal {
        let descriptor = open(journal, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw BackupError.journalDamaged(path: journal) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count > 0, count < bytes.count, bytes[count - 1] == 0x0A else { throw BackupError.journalDamaged(path: journal) }
        let lines = String(decoding: bytes[..<(count - 1)], as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(
            String.init)
        guard lines.count >= 3, lines[0] == "peta restore 1", lines[1] == "-" || lines[1].hasPrefix("before-restore-"),
            lines[1...].allSatisfy({ !$0.contains("/") && !$0.isEmpty }), lines[2...].allSatisfy(Self.names.contains)
        else { throw BackupError.journalDamaged(path: journal) }
        return Journal(aside: lines[1] == "-" ? nil : lines[1], staged: Array(lines[2...]))
    }

    private func freeName(_ wish: String) -> String {
        var name = wish
        var number = 2
        while RestoreDisk.exists(directory + "/" + name) {
            name = "\(wish)-\(number)"
            number += 1
        }
        return name
    }
}
