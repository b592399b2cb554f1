/// What a look at the whole chain found.
package struct AuditVerification: Sendable, Equatable {
    /// What is wrong with the first bad record.
    package enum Reason: String, Sendable, CaseIterable {
        /// The record, its time or its MAC is not what was written, or the key is another one.
        case changed
        /// It is not there any more.
        case removed
        /// It stands where another one belongs: moved, or put in.
        case reordered
        /// The log ends before the last record that was written.
        case tailCut = "tail_cut"
        /// What retention removed before it is not what the checkpoint says: the checkpoint was changed, or put there.
        case checkpoint
    }

    /// The first place where the chain does not hold.
    package struct Bad: Sendable, Equatable {
        /// Its number.
        package let seq: Int64
        /// What is wrong there.
        package let reason: Reason

        /// A place and what is wrong there.
        package init(seq: Int64, reason: Reason) {
            self.seq = seq
            self.reason = reason
        }
    }

    /// True when every record is what was written, where it was written, none is missing but for retention, and no anchor says otherwise.
    package let ok: Bool
    /// How many records there are.
    package let records: Int64
    /// The MAC of the last one, in hexadecimal. Kept elsewhere, it proves later that the log was not replaced as a whole.
    package let head: String
    /// Nil when all is well.
    package let firstBad: Bad?
    /// What retention removed before the first record; nil: nothing.
    package let checkpoint: AuditCheckpoint?
    /// How the log compares with what it said of itself elsewhere; nil where that was not asked.
    package let anchors: AnchorCheck?
}
