/// What a stretch of the log amounts to. Times are microseconds since 1970, durations microseconds.
package struct AuditSummary: Sendable {
    /// How many ended in each way.
    package struct Outcomes: Sendable, Equatable {
        /// In the order of ``AuditOutcome/allCases``.
        package var counts = [Int64](repeating: 0, count: AuditOutcome.allCases.count)

        package subscript(_ outcome: AuditOutcome) -> Int64 { counts[outcome.ordinal] }
        package var total: Int64 { counts.reduce(0, +) }
    }

    /// How long calls took that were answered.
    package struct Latency: Sendable {
        package var count: Int64 = 0
        package var p50: Int64?
        package var p90: Int64?
        package var p95: Int64?
        package var p99: Int64?
        package var greatest: Int64?
        /// How many took up to each of ``AuditSummary/edges`` (``AuditSummary/waitingEdges`` where people waited) and longer than the one before; the last is for what took longer still.
        package var split: [Int64] = []
    }

    /// A piece of the time.
    package struct Bucket: Sendable {
        package var start: Int64
        package var outcomes = Outcomes()
        package var p50: Int64?
        package var p99: Int64?
    }

    /// What has one name.
    package struct Group: Sendable {
        package var name: String
        package var outcomes = Outcomes()
        package var p50: Int64?
        package var p99: Int64?
        /// Calls in each of ``AuditSummary/trendLength`` equal pieces of the time.
        package var trend: [Int64] = []
    }

    /// The greatest groups, and how many records the others have.
    package struct Groups: Sendable {
        package var items: [Group] = []
        /// How many names there are; of more than ``AuditSummary/mostNames`` it is not known how many.
        package var names = 0
        package var isCapped = false
        package var others: Int64 = 0
    }

    /// Calls that waited for people.
    package struct Approvals: Sendable {
        /// Approvals that calls asked for, by id.
        package var asked: Int64 = 0
        package var approved: Int64 = 0
        package var rejected: Int64 = 0
        /// From the first call that asked to the decision.
        package var waiting = Latency()
    }

    package static let mostNames = 2000
    package static let trendLength = 24
    /// Upper ends of the bars of a latency chart.
    package static let edges: [Int64] = [
        1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000, 60_000_000,
    ]

    /// The same for people, who take their time.
    package static let waitingEdges: [Int64] = [1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400].map { $0 * 1_000_000 }

    /// The stretch, as it was asked for or as the log has it.
    package var from: Int64
    package var to: Int64
    package var bucketSize: Int64
    package var calls: Int64 = 0
    package var acts: Int64 = 0
    /// Rows that hold no record: somebody changed them.
    package var unreadable: Int64 = 0
    package var bytesIn: Int64 = 0
    package var bytesOut: Int64 = 0
    package var cached: Int64 = 0
    package var outcomes = Outcomes()
    package var decisions: [(decision: AuditDecision, count: Int64)] = []
    package var latency = Latency()
    package var downstream = Latency()
    package var buckets: [Bucket] = []
    package var users = Groups()
    package var servers = Groups()
    package var tools = Groups()
    package var clients = Groups()
    package var errors = Groups()
    package var approvals = Approvals()
    package var checkpoint: AuditCheckpoint?
}

extension AuditOutcome {
    var ordinal: Int {
        switch self {
        case .ok: 0
        case .error: 1
        case .denied: 2
        case .pending: 3
        case .cancelled: 4
        case .timeout: 5
        case .lost: 6
        case .stopped: 7
        }
    }
}
