/// The answer of `GET /v1/audit/summary`: what a stretch of the log amounts to.
package struct AuditFigures: Codable, Sendable, Equatable {
    /// How many ended in each way.
    package struct Outcomes: Codable, Sendable, Equatable {
        package var ok: Int64 = 0
        package var error: Int64 = 0
        package var denied: Int64 = 0
        package var pending: Int64 = 0
        package var cancelled: Int64 = 0
        package var timeout: Int64 = 0
        package var lost: Int64 = 0
        package var stopped: Int64 = 0

        package init() {}

        /// Calls that should have worked and did not.
        package var failed: Int64 { error + timeout + lost + stopped }
        package var total: Int64 { ok + denied + pending + cancelled + failed }
    }

    /// A name with how often it occurs.
    package struct Count: Codable, Sendable, Equatable {
        package var name: String
        package var count: Int64

        package init(name: String, count: Int64) {
            self.name = name
            self.count = count
        }
    }

    /// How long something took.
    package struct Latency: Codable, Sendable, Equatable {
        /// How many took longer than the bar before and up to this.
        package struct Bar: Codable, Sendable, Equatable {
            /// Nil: whatever is longer than the others.
            package var upToMs: Double?
            package var count: Int64

            package init(upToMs: Double?, count: Int64) {
                self.upToMs = upToMs
                self.count = count
            }
        }

        package var count: Int64 = 0
        package var p50Ms: Double?
        package var p90Ms: Double?
        package var p95Ms: Double?
        package var p99Ms: Double?
        package var maxMs: Double?
        package var bars: [Bar] = []

        package init() {}
    }

    /// A piece of the time.
    package struct Bucket: Codable, Sendable, Equatable {
        package var start: Timestamp
        package var outcomes: Outcomes
        package var p50Ms: Double?
        package var p99Ms: Double?

        package init(start: Timestamp, outcomes: Outcomes, p50Ms: Double?, p99Ms: Double?) {
            self.start = start
            self.outcomes = outcomes
            self.p50Ms = p50Ms
            self.p99Ms = p99Ms
        }
    }

    /// What has one name.
    package struct Group: Codable, Sendable, Equatable {
        package var name: String
        package var calls: Int64
        package var outcomes: Outcomes
        package var p50Ms: Double?
        package var p99Ms: Double?
        /// Calls in each of 24 equal pieces of the time.
        package var trend: [Int64]

        package init(name: String, calls: Int64, outcomes: Outcomes, p50Ms: Double?, p99Ms: Double?, trend: [Int64]) {
            self.name = name
            self.calls = calls
            self.outcomes = outcomes
            self.p50Ms = p50Ms
            self.p99Ms = p99Ms
            self.trend = trend
        }
    }

    /// The greatest groups of a kind.
    package struct Groups: Codable, Sendable, Equatable {
        package var items: [Group] = []
        /// How many names there are, those that are not listed included.
        package var names = 0
        /// Whether there are more names than were counted.
        package var isCapped = false
        /// Calls of those that are not listed.
        package var others: Int64 = 0

        package init() {}
    }

    /// Calls that waited for people.
    package struct Approvals: Codable, Sendable, Equatable {
        package var asked: Int64 = 0
        package var approved: Int64 = 0
        package var rejected: Int64 = 0
        /// From the first call that asked to the decision.
        package var waiting = Latency()

        package init() {}
    }

    package var from: Timestamp
    package var to: Timestamp
    package var bucketSeconds: Int64
    package var calls: Int64 = 0
    package var acts: Int64 = 0
    /// Rows that hold no record.
    package var unreadable: Int64 = 0
    package var bytesIn: Int64 = 0
    package var bytesOut: Int64 = 0
    package var cached: Int64 = 0
    package var outcomes = Outcomes()
    package var decisions: [Count] = []
    package var latency = Latency()
    package var downstream = Latency()
    package var buckets: [Bucket] = []
    package var users = Groups()
    package var servers = Groups()
    package var tools = Groups()
    package var clients = Groups()
    package var errors = Groups()
    package var approvals = Approvals()
    /// What retention removed; nil: nothing.
    package var checkpoint: AuditVerdict.Checkpoint?

    package init(from: Timestamp, to: Timestamp, bucketSeconds: Int64) {
        self.from = from
        self.to = to
        self.bucketSeconds = bucketSeconds
    }
}
