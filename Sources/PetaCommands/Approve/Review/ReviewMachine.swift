import PetaAdminAPI

/// The reviewer: takes what happens, says what is to be done. It knows no terminal, no socket and no clock.
///
/// No key decides a request before that was on the screen for `guardMilliseconds`, and none says yes before the whole of what has to be
/// seen of it was there once.
package struct ReviewMachine: Sendable {
    /// What the screen is about.
    package enum Mode: Equatable, Sendable {
        case review
        /// A reason for a no is typed.
        case reason(String)
        case list(top: Int)
        case help(top: Int)
    }

    /// The request that is on the screen.
    struct Current: Sendable {
        var entry: ApprovalEntry
        var isFull = false
        var showsDetails = false
        var document: ReviewDocument
        var layout: ReviewLayout
        var top = 0
        /// So much of the document was on the screen, without a gap from its beginning.
        var seen = 0
        /// When it was drawn first, by the steady clock.
        var drawnAt: Int64?

        var hasSeenAll: Bool { seen >= layout.requiredEnd }
        var isCut: Bool { entry.argumentsCut }
    }

    /// What a person is told in one line.
    struct Message: Equatable, Sendable {
        var text: String
        var style: Style
        var at: Int64
        /// Grows with each message.
        var number: Int
    }

    /// How it stands with the watch.
    enum Link: Equatable, Sendable {
        case loading, live
        case lost(String)
    }

    private struct Decision {
        var id: String
        var approve: Bool
        /// The watch has told meanwhile that the request does not wait any more.
        var isGone = false
    }

    /// So long a request is on the screen before a key decides it.
    package static let guardMilliseconds: Int64 = 300

    /// Line by line, as for a screen reader: everything is shown at once, and nothing is scrolled.
    let isPlain: Bool
    package private(set) var size: ReviewSize
    var mode = Mode.review
    var current: Current?
    var queue: ReviewQueue
    var link = Link.loading
    var message: Message?
    /// What this reviewer decided, newest last; bounded.
    private(set) var history: [String] = []

    private var decision: Decision?
    /// The request that is asked for because it was not held.
    private var fetching: String?
    /// All of the current one was asked for.
    private var isFetchingAll = false
    /// A request could not be fetched; the next try waits for a tick.
    private var isStalled = false
    private var isQuitting: Int32?
    /// Requests on which this reviewer said yes and that wait for others.
    private var voted: Set<String> = []
    private var decided: Set<String> = []

    package init(size: ReviewSize, isPlain: Bool = false, holding most: Int = 1000) {
        self.size = size
        self.isPlain = isPlain
        queue = ReviewQueue(holding: most)
    }

    /// True while an answer to a decision is awaited.
    var isDeciding: Bool { decision != nil }
    var isFetching: Bool { fetching != nil || isFetchingAll }

    /// Takes one event. The actions are to be carried out in their order.
    package mutating func handle(_ event: ReviewEvent, at now: ReviewMoment) -> [ReviewAction] {
        switch event {
        case .key(let key): return press(key, now)
        case .line(let line): return read(line, now)
        case .resized(let size): return resize(size)
        case .drawn: return drawn(now)
        case .tick: return tick(now)
        case .resumed:
            // As if it had not been there before: a key needs its time again.
            current?.drawnAt = nil
            return [current == nil ? .draw : .drawNew]
        case .connected:
            queue.begin()
            link = .loading
            return [.draw]
        case .lost(let error):
            link = .lost(error.message)
            return [.draw]
        case .told(let event): return told(event, now)
        case .answered(let answer): return answered(answer, now)
        }
    }

    mutating func say(_ text: String, _ style: Style = .plain, _ now: ReviewMoment) {
        message = Message(text: text, style: style, at: now.steady, number: (message?.number ?? 0) + 1)
    }

    // MARK: the screen

    /// Rows of the screen that show the document.
    var bodyRows: Int { ReviewScreen.bodyRows(size) }

    private mutating func resize(_ new: ReviewSize) -> [ReviewAction] {
        guard new != size else { return [.draw] }
        size = new
        if var shown = current {
            let place = shown.layout.start(shown.top)
            shown.layout = ReviewLayout(shown.document, width: size.columns)
            shown.top = min(shown.layout.row(at: place), lastTop(shown.layout))
            current = shown
        }
        return [.draw]
    }

    func lastTop(_ layout: ReviewLayout) -> Int { max(0, layout.rows.count - bodyRows) }

    private mutating func drawn(_ now: ReviewMoment) -> [ReviewAction] {
        guard mode == .review || isReason, var shown = current else { return [] }
        if shown.drawnAt == nil { shown.drawnAt = now.steady }
        let end = isPlain ? shown.layout.rows.count : min(shown.layout.rows.count, shown.top + bodyRows)
        if end > 0, isPlain || shown.layout.start(shown.top) <= shown.seen {
            shown.seen = max(shown.seen, shown.layout.rows[end - 1].end)
        }
        current = shown
        return []
    }

    var isReason: Bool {
        if case .reason = mode { return true }
        return false
    }

    private mutating func tick(_ now: ReviewMoment) -> [ReviewAction] {
        isStalled = false
        let gone = queue.expire(now.wall)
        if let shown = current, gone.contains(shown.entry.id), decision?.id != shown.entry.id {
            say("\(Self.words(shown.entry)): expired; nobody decided in time\(lostReason)", .waiting, now)
            current = nil
        }
        return [.draw] + advance()
    }

    /// What is said when a reason that was being typed has lost its request.
    private var lostReason: String { isReason ? "; what you typed is dropped" : "" }

    /// Shows the next request where none is shown.
    mutating func advance() -> [ReviewAction] {
        guard current == nil, decision == nil else { return [] }
        if isReason { mode = .review }
        guard fetching == nil, !isStalled, isQuitting == nil, let id = queue.next() else { return [] }
        guard let entry = queue.entry(id) else {
            fetching = id
            return [.fetch(id: id, full: false)]
        }
        return show(entry)
    }

    private mutating func show(_ entry: ApprovalEntry) -> [ReviewAction] {
        let document = ReviewDocument(entry, isFull: false, details: false)
        current = Current(entry: entry, document: document, layout: ReviewLayout(document, width: size.columns))
        isFetchingAll = false
        return [mode == .review ? .drawNew : .draw]
    }

    /// Makes the document anew. What was seen counts only while what has to be seen is the same.
    mutating func rebuild(_ change: (inout Current) -> Void) {
        guard var shown = current else { return }
        let before = shown.document.lines.prefix(shown.document.required)
        let place = shown.layout.start(shown.top)
        change(&shown)
        shown.document = ReviewDocument(shown.entry, isFull: shown.isFull, details: shown.showsDetails)
        shown.layout = ReviewLayout(shown.document, width: size.columns)
        if before == shown.document.lines.prefix(shown.document.required) {
            shown.top = min(shown.layout.row(at: place), lastTop(shown.layout))
        } else {
            (shown.top, shown.seen) = (0, 0)
        }
        current = shown
    }

    // MARK: what the gateway tells

    private mutating func told(_ event: ApprovalEvent, _ now: ReviewMoment) -> [ReviewAction] {
        switch event.event {
        case "ready":
            link = .live
            let gone = queue.settle()
            if let shown = current, gone.contains(shown.entry.id), decision?.id != shown.entry.id {
                say("\(Self.words(shown.entry)): no longer waits\(lostReason)", .waiting, now)
                current = nil
            }
        case "notice":
            guard let notice = event.notice else { return [] }
            whisper("\(Escaped.line(notice.user)) ran \(Escaped.line(notice.server + "::" + notice.tool))", now)
        default:
            guard let entry = event.approval else { return [] }
            if entry.status == "pending" { waits(entry, event.event, now) } else { left(entry, now) }
        }
        return [.draw] + advance()
    }

    private mutating func waits(_ entry: ApprovalEntry, _ event: String, _ now: ReviewMoment) {
        guard !voted.contains(entry.id) else { return }
        queue.put(entry)
        guard current?.entry.id == entry.id else { return }
        rebuild { shown in
            let (arguments, isCut) = (shown.entry.arguments, shown.entry.argumentsCut)
            let isSame = shown.entry.argumentsDigest == entry.argumentsDigest
            shown.entry = entry
            if shown.isFull, isSame { (shown.entry.arguments, shown.entry.argumentsCut) = (arguments, isCut) } else { shown.isFull = false }
        }
        if event == "vote", let last = entry.decisions.last, decision?.id != entry.id {
            say("\(Escaped.line(last.by)) said yes: \(entry.decisions.count) of \(entry.approvers) people", .good, now)
        }
    }

    /// A request does not wait any more.
    private mutating func left(_ entry: ApprovalEntry, _ now: ReviewMoment) {
        voted.remove(entry.id)
        // The answer to the own decision says more.
        guard decision?.id != entry.id else {
            decision?.isGone = true
            return
        }
        let fate = Self.fate(entry)
        if current?.entry.id == entry.id {
            queue.remove(entry.id)
            say("\(Self.words(entry)): \(fate)\(lostReason)", .waiting, now)
            current = nil
        } else if queue.contains(entry.id) {
            queue.remove(entry.id)
            whisper("\(Self.words(entry)): \(fate)", now)
        } else if decided.contains(entry.id), ["executed", "failed"].contains(entry.status) {
            decided.remove(entry.id)
            whisper("\(Self.words(entry)): \(fate)", now)
        }
    }

    /// Says something unless what was said just now matters more.
    private mutating func whisper(_ text: String, _ now: ReviewMoment) {
        if let message, message.style == .bad, now.steady - message.at < 5000 { return }
        say(text, .plain, now)
    }

    static func words(_ entry: ApprovalEntry) -> String { "\(ReviewDocument.name(entry)) for \(Escaped.line(entry.user))" }

    private static func fate(_ entry: ApprovalEntry) -> String {
        switch entry.status {
        case "approved", "rejected":
            let last = entry.decisions.last
            let who = (last?.by ?? entry.decidedBy).map { " by \(Escaped.line($0))" } ?? ""
            let reason = (last?.reason ?? entry.decisionReason).map { ": " + Escaped.line($0) } ?? ""
            return entry.status + who + (last.map { " (\(Escaped.line($0.channel)))" } ?? "") + " a moment ago" + reason
        case "expired": return "expired; nobody decided in time"
        case "executing": return "runs"
        case "executed": return "has run"
        case "failed": return "failed" + (entry.failure.map { ": " + Escaped.line($0) } ?? "")
        default: return Escaped.line(entry.status)
        }
    }

    // MARK: answers

    private mutating func answered(_ answer: ReviewEvent.Answer, _ now: ReviewMoment) -> [ReviewAction] {
        switch answer {
        case .decided(let entry): settled(entry, now)
        case .undecided(let id, let error):
            let approve = decision?.approve ?? false
            let isGone = decision?.isGone ?? false
            if decision?.id == id { decision = nil }
            if isGone || error.code == .alreadyExists || error.code == .notFound { leave(id) }
            let hint = error.hint.map { " " + Escaped.line($0) } ?? ""
            say("not \(approve ? "approved" : "rejected"): \(Escaped.line(error.message)).\(hint)", .bad, now)
            note("not \(approve ? "approved" : "rejected"): \(Escaped.line(id)): \(Escaped.line(error.message))")
        case .fetched(let entry, full: false):
            if fetching == entry.id { fetching = nil }
            if entry.status != "pending" {
                leave(entry.id)
            } else if queue.contains(entry.id), current == nil, decision == nil, isQuitting == nil {
                return show(entry)
            }
        case .fetched(let entry, full: true):
            isFetchingAll = false
            guard current?.entry.id == entry.id else { break }
            rebuild { shown in
                shown.entry = entry
                shown.isFull = true
            }
            if isPlain, let shown = current {
                current?.seen = shown.layout.requiredEnd
                return [.tell([shown.document.text])]
            }
            say(
                entry.argumentsCut ? "the gateway does not show all of it" : "this is all of it; the audit has recorded that you saw it",
                .plain, now)
        case .unfetched(let id, let error):
            if fetching == id {
                fetching = nil
                isStalled = true
                if error.code == .notFound { queue.remove(id) } else { queue.skip(id) }
            }
            isFetchingAll = false
            say(Escaped.line(error.message), .bad, now)
        }
        if let code = isQuitting, decision == nil { return [.quit(code)] }
        return [.draw] + advance()
    }

    private mutating func settled(_ entry: ApprovalEntry, _ now: ReviewMoment) {
        let approve = decision?.approve ?? (entry.status != "rejected")
        if decision?.id == entry.id { decision = nil }
        leave(entry.id)
        if entry.status == "pending" {
            // Several have to say yes.
            if voted.count < 10_000 { voted.insert(entry.id) }
            let count = entry.decisions.count { $0.verdict == "approved" }
            say("\(Self.words(entry)): your yes counts, \(count) of \(entry.approvers) people", .good, now)
            note("said yes to \(Self.words(entry)), \(count) of \(entry.approvers) people (\(Escaped.line(entry.id)))")
        } else {
            if decided.count < 10_000 { decided.insert(entry.id) }
            let verb = approve ? "approved" : "rejected"
            say("\(verb) \(Self.words(entry))", approve ? .good : .waiting, now)
            note("\(verb) \(Self.words(entry)) (\(Escaped.line(entry.id)))")
        }
    }

    private mutating func leave(_ id: String) {
        queue.remove(id)
        if current?.entry.id == id { current = nil }
    }

    private mutating func note(_ text: String) {
        history.append(text)
        if history.count > 100 { history.removeFirst() }
    }

    // MARK: decisions and the end

    /// Says yes, or with a reason no, to the request on the screen.
    mutating func decide(approve: Bool, reason: String?) -> [ReviewAction] {
        guard let id = current?.entry.id, decision == nil else { return [] }
        decision = Decision(id: id, approve: approve)
        mode = .review
        return [.decide(id: id, approve: approve, reason: reason), .draw]
    }

    mutating func fetchAll(_ now: ReviewMoment) -> [ReviewAction] {
        guard let shown = current, !isFetchingAll, fetching == nil, decision == nil else { return [] }
        guard shown.isCut else {
            say("nothing is hidden or cut", .plain, now)
            return [.draw]
        }
        isFetchingAll = true
        say("asking for all of it; that is recorded", .plain, now)
        return [.fetch(id: shown.entry.id, full: true), .draw]
    }

    mutating func skip(_ now: ReviewMoment) -> [ReviewAction] {
        guard let shown = current, decision == nil else { return [] }
        guard queue.count > 1 else {
            say("nothing else waits", .plain, now)
            return [.draw]
        }
        queue.skip(shown.entry.id)
        current = nil
        say("skipped \(Self.words(shown.entry)); it waits still", .plain, now)
        return [.draw] + advance()
    }

    /// Ends, once the answer to a decision is there; asked twice, at once.
    mutating func quit(_ code: Int32, _ now: ReviewMoment) -> [ReviewAction] {
        guard decision != nil, isQuitting == nil else { return [.quit(code)] }
        isQuitting = code
        say("waiting for the answer to your decision; once more leaves without it", .waiting, now)
        return [.draw]
    }
}
