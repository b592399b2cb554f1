/// Makes the writer fail where tests want it to.
package struct AuditFaults: Sendable {
    /// A moment of a commit.
    package enum Point: Sendable, CaseIterable {
        /// Before the transaction begins.
        case begin
        /// Before a record is inserted.
        case insert
        /// Before the state row is written.
        case state
        /// Before COMMIT.
        case commit
        /// After COMMIT worked: an error whose transaction stands all the same.
        case committed
    }

    let check: @Sendable (Point) throws -> Void

    /// `check` is called on the writer's thread; what it throws counts as the database's own error.
    package init(check: @escaping @Sendable (Point) throws -> Void) { self.check = check }
}
