/// The body of `POST /v1/policy/diff`: a text, and which calls are judged by it.
package struct PolicyTrial: Codable, Sendable, Equatable {
    /// The text of the set.
    package var text: String
    /// The set's name, where the text does not say.
    package var set: String?
    /// The newest so many calls; 1,000 if neither this nor a time is given, and never more than `callLimit`.
    package var last: Int?
    /// From this moment on.
    package var since: Timestamp?
    /// Up to but without this moment.
    package var until: Timestamp?

    package static let callLimit = 100_000
    package static let defaultCalls = 1_000

    package init(text: String, set: String? = nil, last: Int? = nil, since: Timestamp? = nil, until: Timestamp? = nil) {
        self.text = text
        self.set = set
        self.last = last
        self.since = since
        self.until = until
    }
}

/// The answer of `POST /v1/policy/diff`: what would be decided differently.
package struct PolicyDifference: Codable, Sendable, Equatable {
    /// The set's name.
    package var name: String
    /// A set of this name is in force, and would be replaced.
    package var replaces: Bool
    /// How many calls were judged anew.
    package var calls: Int
    /// The time of the oldest and the newest of them.
    package var since: Timestamp?
    package var until: Timestamp?
    /// Calls that would be decided differently, and as before.
    package var different: Int
    package var same: Int
    /// Calls on which policy was not asked, since something else decided before.
    package var notAsked: Int
    /// Each change, the most frequent first.
    package var changes: [Change]
    /// Changes that are not listed.
    package var moreChanges: Int
    /// Calls of which it cannot be told.
    package var unknown: [Unknown]
    package var notes: [String]

    /// Calls of one user of one thing, of which the same would change.
    package struct Change: Codable, Sendable, Equatable {
        /// `server::name`.
        package var target: String
        package var user: String
        /// `allow`, `deny` or `require_approval`.
        package var from: String
        package var to: String
        /// `set/rule` that decides now, and that would decide; nil: none does.
        package var fromRule: String?
        package var toRule: String?
        package var count: Int
        /// The request id of the newest of these calls.
        package var example: String?

        package init(
            target: String, user: String, from: String, to: String, fromRule: String?, toRule: String?, count: Int, example: String?
        ) {
            self.target = target
            self.user = user
            self.from = from
            self.to = to
            self.fromRule = fromRule
            self.toRule = toRule
            self.count = count
            self.example = example
        }
    }

    /// Calls of which it cannot be told, for one reason.
    package struct Unknown: Codable, Sendable, Equatable {
        package var reason: String
        package var count: Int
        /// The request id of the newest of them.
        package var example: String?

        package init(reason: String, count: Int, example: String?) {
            self.reason = reason
            self.count = count
            self.example = example
        }
    }

    package init(
        name: String, replaces: Bool, calls: Int, since: Timestamp? = nil, until: Timestamp? = nil, different: Int, same: Int,
        notAsked: Int, changes: [Change], moreChanges: Int = 0, unknown: [Unknown] = [], notes: [String] = []
    ) {
        self.name = name
        self.replaces = replaces
        self.calls = calls
        self.since = since
        self.until = until
        self.different = different
        self.same = same
        self.notAsked = notAsked
        self.changes = changes
        self.moreChanges = moreChanges
        self.unknown = unknown
        self.notes = notes
    }
}
