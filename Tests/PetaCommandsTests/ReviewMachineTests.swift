import PetaAdminAPI
import PetaCommands
import Testing

/// The reviewer without a terminal: events in, actions out.
@Suite struct ReviewMachineTests {
    private typealias Rig = ReviewRig
    private static let long = "{" + (0..<40).map { #""k\#($0)":\#($0)"# }.joined(separator: ",") + "}"

    @Test("a request that was seen is approved by one key, and the next one is shown")
    func approve() {
        var rig = Rig()
        rig.wait(Rig.entry("one"), Rig.entry("two", tool: "close"))
        #expect(rig.press("a").decisions == ["allow one"])
        #expect(rig.press("a").decisions.isEmpty, "the answer is awaited")
        let actions = rig.send(.answered(.decided(Rig.entry("one", status: "approved"))))
        #expect(actions.contains(.drawNew))
        #expect(rig.shows("approved bank::transfer for alice") && rig.what == "bank::close")
        #expect(rig.press("a").decisions == ["allow two"])
    }

    @Test("a key decides nothing before the request was on the screen for a while", arguments: ["a", "A", "r", "s", "f"])
    func guarded(_ key: String) {
        var rig = Rig()
        rig.wait(Rig.entry("one", cut: key == "f"), Rig.entry("two"))
        for _ in 0..<2 {
            let actions = rig.press(key, after: 149)
            #expect(actions.isEmpty && rig.what == "bank::transfer" && !rig.shows("Reason"))
        }
        #expect(!rig.press(key, after: 2).isEmpty)
    }

    @Test("a key decides nothing before the request was drawn at all")
    func undrawn() {
        var machine = ReviewMachine(size: ReviewSize(rows: 24, columns: 80))
        let late = ReviewMoment(wall: Timestamp(milliseconds: Rig.start), steady: 100_000)
        let early = ReviewMoment(wall: Timestamp(milliseconds: Rig.start), steady: 0)
        #expect(machine.handle(.told(ApprovalEvent(event: "created", approval: Rig.entry("one"))), at: early).contains(.drawNew))
        for key in "aArsf" { #expect(machine.handle(.key(.text(key)), at: late).isEmpty) }
        _ = machine.handle(.drawn, at: late)
        #expect(machine.handle(.key(.text("a")), at: late).isEmpty)
    }

    @Test("a request that takes another's place has its own time")
    func successor() {
        var rig = Rig()
        rig.wait(Rig.entry("one"), Rig.entry("two", tool: "close"))
        rig.now = 5000
        let actions = rig.tell("decided", Rig.entry("one", status: "rejected"))
        #expect(actions.contains(.drawNew) && rig.what == "bank::close")
        #expect(rig.press("a", after: 10).decisions.isEmpty)
        #expect(rig.press("a", after: 300).decisions == ["allow two"])
    }

    @Test("arguments that are longer than the screen have to be scrolled through before a yes, however often it is pressed")
    func scroll() {
        var rig = Rig(rows: 12)
        rig.wait(Rig.entry("one", arguments: Self.long))
        #expect(rig.press("aaa").decisions.isEmpty && rig.shows("scroll to the end first"))
        #expect(rig.press("A").decisions.isEmpty)
        for _ in 0..<20 { rig.press(" ", after: 0) }
        #expect(rig.shows(#""k39": 39"#) && rig.shows("the end"))
        #expect(rig.press("a").decisions == ["allow one"])
    }

    @Test("jumping to the end is not seeing what lies between")
    func jump() {
        var rig = Rig(rows: 12)
        rig.wait(Rig.entry("one", arguments: Self.long))
        rig.press("G")
        #expect(rig.press("a").decisions.isEmpty && rig.shows("some was never on the screen"))
        rig.press("g")
        for _ in 0..<60 { rig.press("j", after: 0) }
        #expect(rig.press("a").decisions == ["allow one"])
    }

    @Test("what was seen stays seen in another size, and what was not does not")
    func resize() {
        var rig = Rig(rows: 12)
        rig.wait(Rig.entry("one", arguments: Self.long))
        for _ in 0..<20 { rig.press(" ", after: 0) }
        rig.send(.resized(ReviewSize(rows: 6, columns: 20)))
        #expect(rig.rows.count == 6 && rig.rows.allSatisfy { DisplayWidth.of($0) <= 20 })
        #expect(rig.press("a").decisions == ["allow one"])

        var other = Rig(rows: 12)
        other.wait(Rig.entry("one", arguments: Self.long))
        other.press(" ")
        other.send(.resized(ReviewSize(rows: 14, columns: 30)))
        #expect(other.press("a").decisions.isEmpty)
        other.send(.resized(ReviewSize(rows: 200, columns: 80)))
        #expect(other.press("a").decisions == ["allow one"], "now all of it is on the screen")
    }

    @Test("what is cut is approved only knowingly, or after all was shown, which has to be seen again")
    func cut() {
        var rig = Rig(rows: 12)
        rig.wait(Rig.entry("one", cut: true))
        for _ in 0..<5 { rig.press(" ", after: 0) }
        #expect(rig.press("a").decisions.isEmpty && rig.shows("A approves without"))
        #expect(rig.press("f").contains(.fetch(id: "one", full: true)))
        rig.send(.answered(.fetched(Rig.entry("one", arguments: Self.long), full: true)))
        #expect(rig.press("a").decisions.isEmpty && rig.shows("scroll to the end first"))
        for _ in 0..<20 { rig.press(" ", after: 0) }
        #expect(rig.press("a").decisions == ["allow one"])

        var other = Rig()
        other.wait(Rig.entry("one", cut: true))
        #expect(other.press("A").decisions == ["allow one"])
    }

    @Test("news about the request on the screen leave the whole of its arguments there")
    func fullStays() {
        var rig = Rig()
        rig.wait(Rig.entry("one", arguments: #"{"a":"<cut>"}"#, cut: true))
        rig.press("f")
        rig.send(.answered(.fetched(Rig.entry("one", arguments: #"{"a":"secret"}"#), full: true)))
        var again = Rig.entry("one", arguments: #"{"a":"<cut>"}"#, cut: true)
        again.attempts = 5
        _ = rig.tell("created", again)
        #expect(rig.shows("secret") && rig.press("a").decisions == ["allow one"])
    }

    @Test("a no asks for a reason, which can be corrected, and Esc takes it back")
    func reject() {
        var rig = Rig()
        rig.wait(Rig.entry("one"))
        rig.press("r")
        #expect(rig.shows("Reason"))
        #expect(rig.press(.enter).decisions.isEmpty && rig.shows("Reason"), "an empty reason is none")
        rig.press("not nowq")
        rig.press(.backspace)
        #expect(rig.shows("not now_"))
        rig.press(.escape)
        #expect(!rig.shows("not now") && rig.press(.enter).decisions.isEmpty)
        rig.press("r")
        rig.press(.paste("too\nmuch\u{1B}[31m"))
        #expect(rig.press(.enter).decisions == ["deny one too much[31m"])
    }

    @Test("what is pasted decides nothing")
    func paste() {
        var rig = Rig()
        rig.wait(Rig.entry("one"))
        #expect(rig.press(.paste("aaaa")).isEmpty)
    }

    @Test("a reason is never longer than the gateway takes")
    func longReason() {
        var rig = Rig()
        rig.wait(Rig.entry("one"))
        rig.press("r")
        rig.press(.paste(String(repeating: "é", count: 3000)))
        #expect(rig.press(.enter).decisions == ["deny one " + String(repeating: "é", count: 1000)])
    }

    @Test("what somebody else decides is told, and a reason that was being typed does not reach the next one")
    func overtaken() {
        var rig = Rig(columns: 100)
        rig.wait(Rig.entry("one"), Rig.entry("two", user: "bob"))
        rig.press("rno")
        var gone = Rig.entry("one", status: "approved")
        gone.decisions = [.init(by: "uid:0", role: "owner", channel: "cli", verdict: "approved", at: Samples.time, reason: nil)]
        _ = rig.tell("decided", gone)
        #expect(rig.shows("approved by uid:0 (cli) a moment ago") && rig.shows("what you typed is dropped") && rig.who == "bob")
        #expect(rig.press(.enter).decisions.isEmpty)
    }

    @Test("an expired request goes, by the clock or by what the gateway tells")
    func expiry() {
        var rig = Rig()
        rig.wait(Rig.entry("one", expires: 10), Rig.entry("two", user: "bob"))
        rig.now = 9000
        rig.send(.tick)
        #expect(rig.who == "alice" && rig.shows("expires in 1 s"))
        rig.now = 10_000
        rig.send(.tick)
        #expect(rig.who == "bob" && rig.shows("expired"))
        _ = rig.tell("expired", Rig.entry("two", user: "bob", status: "expired"))
        #expect(rig.shows("Nothing waits"))
    }

    @Test("a refusal is told and leaves the request where it is; what is decided already goes")
    func refusals() {
        var rig = Rig()
        rig.wait(Rig.entry("one"), Rig.entry("two", user: "bob"))
        rig.press("a")
        rig.send(.answered(.undecided(id: "one", AdminError(.notPermitted, "this is your own\u{1B} request"))))
        #expect(rig.shows("not approved: this is your own\\u{1b} request") && rig.who == "alice")
        rig.press("a")
        rig.send(.answered(.undecided(id: "one", AdminError(.unavailable, "lost"))))
        #expect(rig.who == "alice")
        rig.press("a")
        rig.send(.answered(.undecided(id: "one", AdminError(.alreadyExists, "it is decided"))))
        #expect(rig.who == "bob" && rig.shows("it is decided"))
    }

    @Test("a decision whose answer is lost but that the watch tells of is done with")
    func lostAnswer() {
        var rig = Rig()
        rig.wait(Rig.entry("one"))
        rig.press("a")
        _ = rig.tell("decided", Rig.entry("one", status: "approved"))
        rig.send(.answered(.undecided(id: "one", AdminError(.unavailable, "lost"))))
        #expect(rig.shows("Nothing waits"))
    }

    @Test("one yes of several is told as such, and the request does not come back")
    func votes() {
        var rig = Rig()
        var entry = Rig.entry("one")
        entry.approvers = 2
        rig.wait(entry)
        #expect(rig.shows("2 people who approve"))
        rig.press("a")
        entry.decisions = [.init(by: "uid:1", role: "admin", channel: "cli", verdict: "approved", at: Samples.time, reason: nil)]
        rig.send(.answered(.decided(entry)))
        #expect(rig.shows("your yes counts, 1 of 2 people") && rig.shows("Nothing waits"))
        _ = rig.tell("vote", entry)
        rig.wait(entry)
        #expect(rig.shows("Nothing waits"))
    }

    @Test("the watch is told as lost, and what is gone when it comes back is gone here")
    func reconnect() {
        var rig = Rig()
        rig.wait(Rig.entry("one"), Rig.entry("two", user: "bob"))
        rig.now = 20_000
        rig.send(.lost(AdminError(.unavailable, "cannot reach the gateway")))
        #expect(rig.shows("trying again: cannot reach the gateway") && rig.who == "alice")
        rig.wait(Rig.entry("two", user: "bob"))
        #expect(rig.who == "bob" && rig.shows("no longer waits") && !rig.shows("trying again"))
    }

    @Test("quitting waits for the answer to a decision, unless it is asked for twice")
    func quit() {
        var rig = Rig()
        rig.wait(Rig.entry("one"))
        rig.press("a")
        #expect(!rig.press("q").contains(.quit(0)))
        #expect(rig.send(.answered(.decided(Rig.entry("one", status: "approved")))) == [.quit(0)])
        var other = Rig()
        other.wait(Rig.entry("one"))
        other.press("a")
        other.press(.interrupt)
        #expect(other.press(.interrupt) == [.quit(130)])
        #expect(other.press("q") == [.quit(0)])
    }

    @Test("while the list or the help is read, a request that comes is not decided, nor on the way back")
    func pages() {
        for key in ["l", "?"] {
            var rig = Rig()
            rig.wait()
            rig.press(key)
            #expect(!rig.tell("created", Rig.entry("one")).contains(.drawNew))
            #expect(rig.press("a").decisions.isEmpty)
            #expect(rig.press("q").contains(.drawNew) && rig.what == "bank::transfer")
            #expect(rig.press("a", after: 10).decisions.isEmpty)
            #expect(rig.press("a").decisions == ["allow one"])
        }
    }

    @Test("after the process was stopped a key needs its time again")
    func resumed() {
        var rig = Rig()
        rig.wait(Rig.entry("one"))
        #expect(rig.press(.suspend).contains(.suspend))
        #expect(rig.send(.resumed).contains(.drawNew))
        #expect(rig.press("a", after: 100).decisions.isEmpty)
        #expect(rig.press("a").decisions == ["allow one"])
    }

    @Test("what is not held is asked for when its turn comes, and again only after a while when that fails")
    func notHeld() {
        var rig = Rig(holding: 1)
        rig.wait(Rig.entry("one"), Rig.entry("two", user: "bob"))
        rig.press("a")
        #expect(rig.send(.answered(.decided(Rig.entry("one", status: "approved")))).contains(.fetch(id: "two", full: false)))
        #expect(!rig.send(.answered(.unfetched(id: "two", AdminError(.unavailable, "lost")))).contains(.fetch(id: "two", full: false)))
        rig.now += 1000
        #expect(rig.send(.tick).contains(.fetch(id: "two", full: false)))
        #expect(rig.send(.answered(.fetched(Rig.entry("two", user: "bob"), full: false))).contains(.drawNew))
        #expect(rig.who == "bob")
    }

    @Test("no order of events decides what was not shown, decides twice, or breaks the screen")
    func everyOrder() {
        let events: [(inout Rig) -> [ReviewAction]] = [
            { $0.press("a", after: 350) }, { $0.press("rx", after: 350) }, { $0.press(.enter) }, { $0.press("s", after: 350) },
            { $0.tell("created", Rig.entry("two", user: "bob")) }, { $0.tell("decided", Rig.entry("one", status: "approved")) },
            { $0.send(.answered(.decided(Rig.entry("one", status: "approved")))) }, { $0.send(.lost(AdminError(.unavailable, "x"))) },
            { $0.send(.resized(ReviewSize(rows: 1, columns: 1))) },
        ]
        // Every order of four of them.
        var order = Array(repeating: 0, count: 4)
        while true {
            var rig = Rig(rows: 40)
            rig.wait(Rig.entry("one"))
            var under: String?
            for index in order {
                let before = rig.what != nil
                let actions = events[index](&rig)
                if index == 6 { under = nil }
                for decision in actions.decisions {
                    let id = String(decision.split(separator: " ")[1])
                    #expect(under == nil, "\(order): two decisions at once")
                    #expect(before || rig.machine.size.rows == 1, "\(order): \(id) was not on the screen")
                    under = id
                }
                let size = rig.machine.size
                #expect(rig.rows.count == size.rows && rig.rows.allSatisfy { DisplayWidth.of($0) <= size.columns }, "\(order)")
            }
            guard let place = order.lastIndex(where: { $0 < events.count - 1 }) else { break }
            order[place] += 1
            for later in order.indices where later > place { order[later] = 0 }
        }
    }

    @Test("line by line everything is seen at once, and words do what keys do")
    func plain() {
        var rig = Rig(rows: 5, isPlain: true)
        rig.wait(Rig.entry("one", arguments: Self.long), Rig.entry("two"), Rig.entry("three"))
        rig.now += 400
        #expect(rig.send(.line("approve")).decisions == ["allow one"])
        rig.send(.answered(.decided(Rig.entry("one", status: "approved"))))
        rig.now += 400
        #expect(rig.send(.line(" r  no thanks ")).decisions == ["deny two no thanks"])
        rig.send(.answered(.decided(Rig.entry("two", status: "rejected"))))
        rig.now += 400
        #expect(rig.send(.line("r")).decisions.isEmpty)
        #expect(rig.send(.line("")).decisions.isEmpty)
        #expect(rig.send(.line("all right")).decisions.isEmpty, "a word that begins like a key is none")
        #expect(rig.send(.line("a")).decisions == ["allow three"])
    }
}
