/// The answer of `POST /v1/audit/verify`: whether the chain of records is whole.
package struct AuditVerdict: Codable, Sendable, Equatable {
    /// What retention removed before the first record that is left.
    package struct Checkpoint: Codable, Sendable, Equatable {
        /// The number of the last one that was removed.
        package var seq: Int64
        /// How many were removed.
        package var removed: Int64
        /// When the last of them were.
        package var at: Timestamp

        package init(seq: Int64, removed: Int64, at: Timestamp) {
            self.seq = seq
            self.removed = removed
            self.at = at
        }
    }

    /// How the log compares with the anchors that were given.
    package struct Anchors: Codable, Sendable, Equatable {
        /// One of them.
        package struct Anchored: Codable, Sendable, Equatable {
            package var seq: Int64
            package var at: Timestamp
            /// `tail_cut`, `rewritten` or `foreign`; nil where it fits.
            package var reason: String?

            package init(seq: Int64, at: Timestamp, reason: String? = nil) {
                self.seq = seq
                self.at = at
                self.reason = reason
            }
        }

        package var checked: Int
        /// Those about records that retention has removed since.
        package var removed: Int
        /// The newest that fits.
        package var newest: Anchored?
        /// The first that does not.
        package var bad: Anchored?

        package init(checked: Int, removed: Int, newest: Anchored?, bad: Anchored?) {
            self.checked = checked
            self.removed = removed
            self.newest = newest
            self.bad = bad
        }
    }

    package var ok: Bool
    /// How many records were read.
    package var records: Int64
    /// The MAC of the last record in hexadecimal; nil when there is none.
    package var head: String?
    /// The sequence number of the first record that is wrong or missing.
    package var firstBad: Int64?
    /// What is wrong there: `changed`, `removed`, `reordered`, `tail_cut` or `checkpoint`.
    package var reason: String?
    /// Nil: retention removed nothing.
    package var checkpoint: Checkpoint?
    /// Nil: no anchors were given.
    package var anchors: Anchors?

    package init(
        ok: Bool, records: Int64, head: String?, firstBad: Int64?, reason: String? = nil, checkpoint: Checkpoint? = nil,
        anchors: Anchors? = nil
    ) {
        self.ok = ok
        self.records = records
        self.head = head
        self.firstBad = firstBad
        self.reason = reason
        self.checkpoint = checkpoint
        self.anchors = anchors
    }
}
