import PetaAdminAPI

extension ReviewMachine {
    mutating func press(_ key: ReviewKey, _ now: ReviewMoment) -> [ReviewAction] {
        switch key {
        case .interrupt: return quit(FailureReport.interruptedCode, now)
        case .suspend: return [.suspend]
        case .redraw: return [.draw]
        default: break
        }
        switch mode {
        case .review: return review(key, now)
        case .reason(let text): return type(key, text, now)
        case .list(let top): return page(key, top, ReviewScreen.list(self, now).count, { .list(top: $0) }, leave: ["l"], now)
        case .help(let top):
            return page(key, top, ReviewScreen.help(size.columns).count, { .help(top: $0) }, leave: ["?", "h"], now)
        }
    }

    private mutating func review(_ key: ReviewKey, _ now: ReviewMoment) -> [ReviewAction] {
        switch key {
        case .up, .text("k"): return scroll(-1)
        case .down, .text("j"), .enter: return scroll(1)
        case .pageUp, .text("b"): return scroll(-max(1, bodyRows - 1))
        case .pageDown, .text(" "): return scroll(max(1, bodyRows - 1))
        case .home, .text("g"): return scroll(-.max / 2)
        case .end, .text("G"): return scroll(.max / 2)
        case .text("a"): return approve(knowingly: false, now)
        case .text("A"): return approve(knowingly: true, now)
        case .text("r"): return askReason(now)
        case .text("s"): return isArmed(now) ? skip(now) : []
        case .text("d"):
            guard current != nil else { return [] }
            let isLineByLine = isPlain
            rebuild { $0.showsDetails = isLineByLine || !$0.showsDetails }
            if isPlain, let document = current?.document { return [.tell([document.details])] }
            return [.draw]
        case .text("f"): return isArmed(now) ? fetchAll(now) : []
        case .text("l"):
            if isPlain { return [.tell(ReviewScreen.list(self, now).map(\.text))] }
            mode = .list(top: 0)
            return [.draw]
        case .text("?"), .text("h"):
            if isPlain { return [.tell(ReviewScreen.helpLines)] }
            mode = .help(top: 0)
            return [.draw]
        case .text("q"): return quit(0, now)
        default: return []
        }
    }

    private mutating func scroll(_ rows: Int) -> [ReviewAction] {
        guard let shown = current else { return [] }
        let top = min(max(0, shown.top + rows), lastTop(shown.layout))
        current?.top = top
        return [.draw]
    }

    /// The request was on the screen long enough for a person to have seen that it is another one.
    private func isArmed(_ now: ReviewMoment) -> Bool {
        guard let drawnAt = current?.drawnAt else { return false }
        return now.steady - drawnAt >= Self.guardMilliseconds
    }

    /// True, with a word about it, while an answer is awaited.
    private mutating func isBusy(_ now: ReviewMoment) -> Bool {
        guard isDeciding else { return false }
        say("waiting for the gateway's answer", .waiting, now)
        return true
    }

    private mutating func approve(knowingly: Bool, _ now: ReviewMoment) -> [ReviewAction] {
        guard let shown = current, isArmed(now) else { return [] }
        if isBusy(now) { return [.draw] }
        guard shown.hasSeenAll else {
            let isAtEnd = shown.top >= lastTop(shown.layout)
            say(isAtEnd ? "some was never on the screen: g, then space" : "scroll to the end first (space)", .waiting, now)
            return [.draw]
        }
        guard !shown.isCut || knowingly else {
            say("not all is shown: f shows all of it, A approves without", .waiting, now)
            return [.draw]
        }
        return decide(approve: true, reason: nil)
    }

    private mutating func askReason(_ now: ReviewMoment) -> [ReviewAction] {
        guard current != nil, isArmed(now) else { return [] }
        if !isBusy(now) { mode = .reason("") }
        return [.draw]
    }

    // MARK: the reason

    private mutating func type(_ key: ReviewKey, _ text: String, _ now: ReviewMoment) -> [ReviewAction] {
        switch key {
        case .text(let character): mode = .reason(Self.bounded(text + String(character)))
        case .paste(let more): mode = .reason(Self.bounded(text + more))
        case .backspace: mode = .reason(String(text.dropLast()))
        case .clear: mode = .reason("")
        case .escape:
            mode = .review
            say("not rejected", .plain, now)
        case .enter: return reject(text, now)
        default: return []
        }
        return [.draw]
    }

    private mutating func reject(_ text: String, _ now: ReviewMoment) -> [ReviewAction] {
        do throws(AdminError) {
            try ApprovalJudgement.check(reason: text)
        } catch {
            say("a reason is needed, the one who asks reads it; Esc cancels", .waiting, now)
            return [.draw]
        }
        return decide(approve: false, reason: text)
    }

    /// Without control characters, and no longer than the gateway takes.
    private static func bounded(_ text: String) -> String {
        let scalars = text.unicodeScalars.lazy.map { $0 == "\n" || $0 == "\t" ? " " : $0 }.filter {
            $0.properties.generalCategory != .control
        }
        return String(String.UnicodeScalarView(scalars.prefix(ApprovalJudgement.longestReason)))
    }

    // MARK: list and help

    private mutating func page(
        _ key: ReviewKey, _ top: Int, _ count: Int, _ at: (Int) -> Mode, leave: Set<Character>, _ now: ReviewMoment
    ) -> [ReviewAction] {
        let last = max(0, count - bodyRows)
        switch key {
        case .up, .text("k"): mode = at(max(0, top - 1))
        case .down, .text("j"), .enter: mode = at(min(last, top + 1))
        case .pageUp, .text("b"): mode = at(max(0, top - max(1, bodyRows - 1)))
        case .pageDown, .text(" "): mode = at(min(last, top + max(1, bodyRows - 1)))
        case .home, .text("g"): mode = at(0)
        case .end, .text("G"): mode = at(last)
        case .escape, .text("q"): return back()
        case .text(let character) where leave.contains(character): return back()
        default: return []
        }
        return [.draw]
    }

    /// Back to the request; one that came meanwhile is shown for the first time now.
    mutating func back() -> [ReviewAction] {
        mode = .review
        return [current.map { $0.drawnAt == nil } ?? false ? .drawNew : .draw]
    }

    // MARK: lines

    /// A line that was typed: a key, its word, or a reason.
    mutating func read(_ line: String, _ now: ReviewMoment) -> [ReviewAction] {
        let text = Self.bounded(line).trimmed
        if isReason {
            if !text.isEmpty { return reject(text, now) }
            return type(.escape, "", now)
        }
        let word = text.prefix { $0 != " " }
        let rest = String(text.dropFirst(word.count)).trimmed
        let key = word.count == 1 ? word.first : Self.commands[word.lowercased()]
        guard let key, "aArsdfl?hq".contains(key), rest.isEmpty || key == "r" else {
            if !text.isEmpty { say("'\(Escaped.line(text))' is no command; ? lists them", .plain, now) }
            return [.draw]
        }
        let actions = press(.text(key), now)
        if isReason, !rest.isEmpty { return reject(rest, now) }
        return actions
    }

    private static let commands: [String: Character] = [
        "approve": "a", "reject": "r", "skip": "s", "details": "d", "full": "f", "list": "l", "help": "?", "quit": "q", "exit": "q",
    ]
}

extension String {
    /// Without white space at both ends.
    fileprivate var trimmed: String {
        let start = drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}
