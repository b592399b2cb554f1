import PetaAdminAPI
import PetaCommands

/// A reviewer's machine with a clock that only a test moves.
struct ReviewRig {
    var machine: ReviewMachine
    var now: Int64 = 0
    /// 2026-03-09T17:00:00Z
    static let start: Int64 = 1_773_075_600_000

    init(rows: Int = 24, columns: Int = 80, isPlain: Bool = false, holding most: Int = 1000) {
        machine = ReviewMachine(size: ReviewSize(rows: rows, columns: columns), isPlain: isPlain, holding: most)
    }

    static func entry(
        _ id: String, user: String = "alice", tool: String = "transfer", arguments: String = #"{"amount":5000,"to":"bob"}"#,
        cut: Bool = false, status: String = "pending", expires: Int64 = 600
    ) -> ApprovalEntry {
        ApprovalEntry(
            id: id, status: status, user: user, server: "bank", tool: tool, method: "tools/call",
            arguments: RawJSON(trusted: Array(arguments.utf8)), argumentsCut: cut, argumentsDigest: "d" + id, reason: "over 1000",
            rule: "bank/large", policyVersion: 3, createdAt: Timestamp(milliseconds: start),
            expiresAt: Timestamp(milliseconds: start + expires * 1000))
    }

    var moment: ReviewMoment { ReviewMoment(wall: Timestamp(milliseconds: Self.start + now), steady: now) }

    @discardableResult
    mutating func send(_ event: ReviewEvent) -> [ReviewAction] {
        var actions = machine.handle(event, at: moment)
        // What is asked to be drawn is drawn at once.
        if actions.contains(.draw) || actions.contains(.drawNew) { actions += machine.handle(.drawn, at: moment) }
        return actions
    }

    /// The watch tells that these wait, and that this is all.
    mutating func wait(_ entries: ApprovalEntry...) {
        send(.connected)
        for entry in entries { send(.told(ApprovalEvent(event: "waiting", approval: entry))) }
        send(.told(ApprovalEvent(event: "ready")))
    }

    mutating func tell(_ event: String, _ entry: ApprovalEntry) -> [ReviewAction] {
        send(.told(ApprovalEvent(event: event, approval: entry)))
    }

    /// Time goes by, and a key is pressed.
    @discardableResult
    mutating func press(_ keys: String, after milliseconds: Int64 = 400) -> [ReviewAction] {
        now += milliseconds
        return keys.reduce(into: []) { $0 += send(.key(.text($1))) }
    }

    @discardableResult
    mutating func press(_ key: ReviewKey, after milliseconds: Int64 = 400) -> [ReviewAction] {
        now += milliseconds
        return send(.key(key))
    }

    var rows: [String] { ReviewScreen.rows(machine, now: moment).map(\.text) }
    var screen: String { rows.map { $0 + "\n" }.joined() }

    /// The user whose request is on the screen.
    var who: String? { rows.first { $0.hasPrefix("who ") }.map { String($0.dropFirst(9).prefix { $0 != "," }) } }
    /// What is on the screen, by its tool.
    var what: String? { rows.first { $0.hasPrefix("what ") }.map { String($0.dropFirst(9)) } }
    func shows(_ text: String) -> Bool { screen.contains(text) }
}

extension [ReviewAction] {
    /// The decisions among them, as `allow ID` or `deny ID REASON`.
    var decisions: [String] {
        compactMap { action in
            guard case .decide(let id, let approve, let reason) = action else { return nil }
            return (approve ? "allow " : "deny ") + id + (reason.map { " " + $0 } ?? "")
        }
    }
}
