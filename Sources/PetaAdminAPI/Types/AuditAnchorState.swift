/// The answer of `GET` and `POST /v1/audit/anchor`: where the log ends, and where that was said.
package struct AuditAnchorState: Codable, Sendable, Equatable {
    /// A place that anchors are put.
    package struct Place: Codable, Sendable, Equatable {
        /// What it is, in words.
        package var place: String
        /// The end of the log that was put there last; nil: none since the gateway started.
        package var seq: Int64?
        package var at: Timestamp?
        /// Why the last try failed; nil: it worked.
        package var error: String?

        package init(place: String, seq: Int64?, at: Timestamp?, error: String?) {
            self.place = place
            self.seq = seq
            self.at = at
            self.error = error
        }
    }

    /// The anchor of this moment, as the places get it.
    package var anchor: RawJSON
    package var places: [Place]

    package init(anchor: RawJSON, places: [Place]) {
        self.anchor = anchor
        self.places = places
    }
}
