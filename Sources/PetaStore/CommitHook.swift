import GRDB

/// Lets a closure refuse commits, so that tests can see what a failed write does.
final class CommitHook: TransactionObserver {
    private let willCommit: @Sendable () throws -> Void

    init(_ willCommit: @escaping @Sendable () throws -> Void) {
        self.willCommit = willCommit
    }

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { false }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseWillCommit() throws { try willCommit() }
    func databaseDidCommit(_ db: Database) {}
    func databaseDidRollback(_ db: Database) {}
}
