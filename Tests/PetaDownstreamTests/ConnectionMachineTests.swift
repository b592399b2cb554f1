import PetaDownstream
import Testing

/// The life of a connection, in every order of events.
@Suite("Connection machine") struct ConnectionMachineTests {
    /// What is tried at each step. Old attempts are tried beside, since they must change nothing.
    private enum Step: CaseIterable { case wanted, wantedByHand, started, startFailed, lost, idle, stop, shortWait, longWait }

    /// What an owner keeps beside the machine: it must never be led astray.
    private struct Owner {
        var machine = ConnectionMachine()
        var now = 0.0
        /// The attempt whose connection is open or being opened.
        var open: Int?
        var newest = 0
        var waiting = 0
        var path: [Step] = []

        /// What goes wrong with this step; nil if nothing does.
        mutating func take(_ step: Step) -> String? {
            path.append(step)
            let event: ConnectionMachine.Event
            switch step {
            case .shortWait:
                now += 0.1
                return nil
            case .longWait:
                now += 1000
                return nil
            case .wanted, .wantedByHand:
                waiting += 1
                event = .wanted(byHand: step == .wantedByHand)
            case .started: event = .started(attempt: machine.attempt)
            case .startFailed: event = .startFailed(attempt: machine.attempt, why: "why")
            case .lost: event = .lost(attempt: machine.attempt, why: "why")
            case .idle: event = .idle
            case .stop: event = .stop
            }
            let before = machine
            let actions = machine.handle(event, now: now)
            for action in actions {
                switch action {
                case .start(let attempt):
                    if open != nil { return "a second start" }
                    if attempt != newest + 1 { return "attempt \(attempt) after \(newest)" }
                    open = attempt
                    newest = attempt
                case .resume:
                    if machine.state != .online { return "resumed while \(machine.state)" }
                    waiting = 0
                case .fail(let why):
                    if why.isEmpty { return "failed without a reason" }
                    waiting = 0
                case .close:
                    if open == nil { return "closed what is not open" }
                    open = nil
                }
            }
            if machine.attempt != newest { return "attempts are miscounted" }
            if (open != nil) != (machine.state == .connecting || machine.state == .online) {
                return "open \(open ?? 0) while \(machine.state)"
            }
            if waiting > 0, machine.state != .connecting { return "somebody waits while \(machine.state)" }
            if machine.state == .online, machine.lastError != nil { return "online with an error" }
            if machine.state == .error, machine.lastError == nil { return "an error without a reason" }
            if machine.restarts < before.restarts { return "restarts are miscounted" }
            return takesWishes() ?? ignoresOthers()
        }

        /// Whoever wants it by hand, or after the longest pause, always sets it going.
        private func takesWishes() -> String? {
            for (byHand, wait) in [(true, 0.0), (false, 1000.0)] {
                var other = machine
                let actions = other.handle(.wanted(byHand: byHand), now: now + wait)
                switch machine.state {
                case .online: if actions != [.resume] { return "online, but not resumed" }
                case .connecting: if !actions.isEmpty { return "connecting, but \(actions)" }
                case .offline, .sleeping, .error: if actions != [.start(attempt: newest + 1)] { return "stuck while \(machine.state)" }
                }
            }
            return nil
        }

        /// Events of attempts that are not the newest change nothing.
        private func ignoresOthers() -> String? {
            for attempt in [newest - 1, newest + 1, 0, -1] where attempt != newest {
                for event: ConnectionMachine.Event in [
                    .started(attempt: attempt), .startFailed(attempt: attempt, why: "old"), .lost(attempt: attempt, why: "old"),
                ] {
                    var other = machine
                    if !other.handle(event, now: now).isEmpty { return "\(event) did something" }
                    let isSame =
                        other.state == machine.state && other.attempt == machine.attempt && other.lastError == machine.lastError
                        && other.restarts == machine.restarts
                    if !isSame { return "\(event) changed something" }
                }
            }
            return nil
        }
    }

    @Test("no order of six events leads it astray")
    func everyOrder() {
        var problems: [String] = []
        var seen = 0
        func walk(_ owner: Owner, _ left: Int) {
            guard left > 0, problems.count < 5 else { return }
            for step in Step.allCases {
                var next = owner
                seen += 1
                if let problem = next.take(step) { problems.append("\(next.path): \(problem)") } else { walk(next, left - 1) }
            }
        }
        walk(Owner(), 6)
        #expect(problems.isEmpty)
        #expect(seen == 597_870)
    }

    @Test("events of an old attempt leave not even a trace inside")
    func nothingHidden() {
        func walk(_ machine: ConnectionMachine, _ now: Double, _ left: Int) {
            for attempt in 0...machine.attempt + 1 where attempt != machine.attempt {
                for event: ConnectionMachine.Event in [
                    .started(attempt: attempt), .startFailed(attempt: attempt, why: "o"), .lost(attempt: attempt, why: "o"),
                ] {
                    var other = machine
                    _ = other.handle(event, now: now + 5)
                    #expect(String(reflecting: other) == String(reflecting: machine))
                }
            }
            guard left > 0 else { return }
            let n = machine.attempt
            for event: ConnectionMachine.Event in [
                .wanted(byHand: false), .started(attempt: n), .startFailed(attempt: n, why: "w"), .lost(attempt: n, why: "w"), .idle, .stop,
            ] {
                var next = machine
                _ = next.handle(event, now: now)
                walk(next, now + 1, left - 1)
            }
        }
        walk(ConnectionMachine(), 0, 3)
    }

    @Test("many who want it start it once and are told together")
    func once() {
        var machine = ConnectionMachine()
        #expect(machine.handle(.wanted(byHand: false), now: 0) == [.start(attempt: 1)])
        for byHand in [true, false, false] { #expect(machine.handle(.wanted(byHand: byHand), now: 0).isEmpty) }
        #expect(machine.handle(.started(attempt: 1), now: 1) == [.resume])
        #expect(machine.handle(.wanted(byHand: false), now: 1) == [.resume])
        #expect(machine.state == .online && machine.lastError == nil)
    }

    @Test("whoever waits is told when the start fails, is lost or is stopped")
    func told() {
        for (event, action) in [
            (ConnectionMachine.Event.startFailed(attempt: 1, why: "a"), ConnectionMachine.Action.fail("a")),
            (.lost(attempt: 1, why: "b"), .fail("b")),
            (.stop, .fail("stopped")),
        ] {
            var machine = ConnectionMachine()
            _ = machine.handle(.wanted(byHand: false), now: 0)
            #expect(machine.handle(event, now: 1) == [action, .close])
        }
    }

    /// The times at which each next start is allowed, each start failing at once.
    private func pauses(_ count: Int, jitter: Double) -> [Double] {
        var machine = ConnectionMachine()
        var now = 0.0
        var found: [Double] = []
        for _ in 0..<count {
            guard case .start(let attempt)? = machine.handle(.wanted(byHand: false), now: now).first else { return found }
            _ = machine.handle(.startFailed(attempt: attempt, why: "no"), now: now, jitter: jitter)
            var wait = 0.0
            while true {
                var other = machine
                if other.handle(.wanted(byHand: false), now: now + wait) != [.fail("no")] { break }
                wait += 0.0625
            }
            found.append(wait)
            now += wait
        }
        return found
    }

    @Test("failing starts pause longer and longer, and a crash loop pauses for a minute or so")
    func crashLoop() {
        #expect(pauses(8, jitter: 0.5) == [0.5, 1, 2, 4, 60, 60, 60, 60])
        for jitter in [0, 0.999] {
            let found = pauses(40, jitter: jitter)
            #expect(found.count == 40)
            #expect(found.dropFirst(4).allSatisfy { $0 >= 45 && $0 <= 75 })
        }
        #expect(pauses(5, jitter: 0) != pauses(5, jitter: 0.9))
    }

    @Test("by hand it starts in spite of a pause, and the count of failures begins anew")
    func byHand() {
        var machine = ConnectionMachine()
        for n in 1...6 {
            #expect(machine.handle(.wanted(byHand: true), now: 0) == [.start(attempt: n)])
            _ = machine.handle(.startFailed(attempt: n, why: "no"), now: 0)
            #expect(machine.handle(.wanted(byHand: false), now: 0.4) == [.fail("no")])
        }
        // Six failures, but each the first: the pause is the shortest.
        #expect(machine.handle(.wanted(byHand: false), now: 0.51) == [.start(attempt: 7)])
    }

    @Test("one loss is no error: the next call starts it at once")
    func firstLoss() {
        var machine = ConnectionMachine()
        _ = machine.handle(.wanted(byHand: false), now: 0)
        _ = machine.handle(.started(attempt: 1), now: 0)
        #expect(machine.handle(.lost(attempt: 1, why: "gone"), now: 1) == [.close])
        #expect(machine.state == .offline && machine.lastError == "gone" && machine.restarts == 1)
        #expect(machine.handle(.wanted(byHand: false), now: 1) == [.start(attempt: 2)])
    }

    @Test("losses in quick succession become a crash loop, and losses after a stable time do not")
    func stability() {
        func run(_ uptime: Double) -> (states: [ServerState], machine: ConnectionMachine) {
            var machine = ConnectionMachine()
            var now = 0.0
            var states: [ServerState] = []
            for _ in 0..<6 {
                now += 100
                guard case .start(let n)? = machine.handle(.wanted(byHand: false), now: now).first else { return (states, machine) }
                _ = machine.handle(.started(attempt: n), now: now)
                now += uptime
                _ = machine.handle(.lost(attempt: n, why: "gone"), now: now)
                states.append(machine.state)
            }
            return (states, machine)
        }
        #expect(run(9.9).states == [.offline, .error, .error, .error, .error, .error])
        #expect(run(ConnectionMachine.stableSeconds).states == Array(repeating: .offline, count: 6))
        var looping = run(1).machine
        #expect(looping.handle(.wanted(byHand: false), now: 606 + 44) == [.fail("gone")])
        #expect(looping.restarts == 6)
    }

    @Test("a sleeping server wakes, and sleep is no failure")
    func sleep() {
        var machine = ConnectionMachine()
        for n in 1...10 {
            #expect(machine.handle(.wanted(byHand: false), now: Double(n)) == [.start(attempt: n)])
            _ = machine.handle(.started(attempt: n), now: Double(n))
            #expect(machine.handle(.idle, now: Double(n)) == [.close])
            #expect(machine.state == .sleeping)
            #expect(machine.handle(.lost(attempt: n, why: "closed"), now: Double(n)).isEmpty)
        }
        #expect(machine.restarts == 0 && machine.lastError == nil)
        _ = machine.handle(.wanted(byHand: false), now: 11)
        #expect(machine.handle(.idle, now: 11).isEmpty)
        #expect(machine.state == .connecting)
    }

    @Test("a stop ends a pause, and stopping twice does nothing more")
    func stop() {
        var machine = ConnectionMachine()
        _ = machine.handle(.wanted(byHand: false), now: 0)
        _ = machine.handle(.startFailed(attempt: 1, why: "no"), now: 0)
        #expect(machine.handle(.stop, now: 0).isEmpty)
        #expect(machine.state == .offline)
        #expect(machine.handle(.wanted(byHand: false), now: 0) == [.start(attempt: 2)])
        _ = machine.handle(.started(attempt: 2), now: 0)
        #expect(machine.handle(.stop, now: 0) == [.close])
        #expect(machine.handle(.stop, now: 0).isEmpty)
    }

    @Test("failures in a row are counted, and the fifth is a crash loop whose pause is told")
    func counting() {
        var machine = ConnectionMachine()
        var now = 0.0
        for count in 1...ConnectionMachine.loopCount {
            _ = machine.handle(.wanted(byHand: false), now: now)
            _ = machine.handle(.startFailed(attempt: machine.attempt, why: "why"), now: now)
            #expect(machine.failures == count && machine.state == .error)
            if count < ConnectionMachine.loopCount { now += machine.pause(now: now) }
        }
        #expect(machine.pause(now: now) == ConnectionMachine.longestPause)
        #expect(machine.handle(.wanted(byHand: false), now: now + 1) == [.fail("why")])
        _ = machine.handle(.stop, now: now)
        #expect(machine.failures == 0 && machine.pause(now: now) == 0)
    }
}
