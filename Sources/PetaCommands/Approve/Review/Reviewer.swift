import Glibc
import PetaAdminAPI

/// Brings a reviewer's machine together with a terminal, the gateway and the clocks. One loop waits for all of them.
struct Reviewer {
    let console: Console
    let socket: String
    let command: String
    let isPlain: Bool
    let wall: @Sendable () -> Timestamp
    /// Inside of a shell: Ctrl-C, where it does not come as a key.
    var interruption: Interruption?

    /// What ended it.
    private enum End: Error {
        case code(Int32)
        /// A signal that ends a process.
        case signal(Int32)
    }

    /// Runs until a person, a signal or the terminal ends it. Returns the exit code; the terminal is as before in every case.
    func run() throws -> Int32 {
        let face: any ReviewFace = isPlain ? PlainFace(console) : ScreenFace(console)
        let feed = try ApprovalFeed(socket: socket, command: command)
        defer { feed.stop() }
        let desk = try ApprovalDesk(socket: socket, command: command)
        defer { desk.stop() }
        let signals = isPlain ? TerminalSignals.Source() : TerminalSignals.open()
        for number in isPlain ? [] : TerminalSignals.all { TerminalSignals.catchOne(number) }
        var loop = Loop(
            face: face, feed: feed, desk: desk, signals: signals.descriptor, interruption: interruption?.descriptor ?? -1,
            input: console.input,
            wall: wall,
            machine: ReviewMachine(size: face.size, isPlain: isPlain))
        var end: any Error = End.code(0)
        do {
            try face.open()
            while true { try loop.turn() }
        } catch {
            end = error
        }
        face.close()
        if !isPlain { TerminalSignals.close(signals) }
        for line in isPlain ? [] : loop.machine.history { try console.write(line + "\n") }
        switch end {
        case End.code(let code): return code
        case End.signal(let number):
            TerminalSignals.endBy(number)
            return 128 + number
        default: throw end
        }
    }

    private struct Loop {
        let face: any ReviewFace
        let feed: ApprovalFeed
        let desk: ApprovalDesk
        let signals: Int32
        let interruption: Int32
        let input: Int32
        let wall: @Sendable () -> Timestamp
        var machine: ReviewMachine
        private var isStale = true
        private var isNew = false
        private var nextTick: Int64 = 0
        private var lastInput: Int64 = 0

        private static let tick: Int64 = 1000
        /// So long the rest of an escape sequence may take.
        private static let escapeTime: Int64 = 50
        /// The longest wait, and what no wait takes while the process runs.
        private static let longestWait: Int64 = 200
        private static let stall: Int64 = 350

        init(
            face: any ReviewFace, feed: ApprovalFeed, desk: ApprovalDesk, signals: Int32, interruption: Int32, input: Int32,
            wall: @escaping @Sendable () -> Timestamp, machine: ReviewMachine
        ) {
            self.face = face
            self.feed = feed
            self.desk = desk
            self.signals = signals
            self.interruption = interruption
            self.input = input
            self.wall = wall
            self.machine = machine
        }

        private var now: ReviewMoment { ReviewMoment(wall: wall(), steady: SteadyClock.milliseconds()) }

        /// Waits for something, and lets it take effect.
        mutating func turn() throws {
            if isStale { try draw() }
            var waiting = [input, feed.descriptor, desk.descriptor, signals, interruption].map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            let start = SteadyClock.milliseconds()
            let ready = poll(&waiting, nfds_t(waiting.count), Int32(clamping: pause()))
            guard ready >= 0 || errno == EINTR else { throw AdminError(.failed, "the terminal cannot be waited for") }
            let happened = ready > 0 ? waiting.map { $0.revents != 0 } : Array(repeating: false, count: waiting.count)
            // It was stopped, though the signal that it goes on may come to another thread, and later than what was typed meanwhile.
            if SteadyClock.milliseconds() - start > Self.stall { try resume() }
            if happened[4] { throw End.code(FailureReport.interruptedCode) }
            if happened[3] { for number in TerminalSignals.read(signals) { try take(number) } }
            if happened[2] { for event in desk.read() { try take(event) } }
            if happened[1] { for event in feed.read() { try take(event) } }
            if SteadyClock.milliseconds() >= nextTick {
                nextTick = SteadyClock.milliseconds() + Self.tick
                try take(.tick)
            }
            // What is typed is for what is on the screen, so that has to be there first.
            if isNew {
                try draw()
            } else if happened[0] {
                lastInput = SteadyClock.milliseconds()
                guard let events = face.read() else { throw End.code(machine.isPlain ? 0 : 1) }
                try keys(events)
            } else if face.isWaiting, SteadyClock.milliseconds() - lastInput >= Self.escapeTime {
                try keys(face.settle())
            }
        }

        /// Keys up to the one with which another request appears.
        private mutating func keys(_ events: [ReviewEvent]) throws {
            for event in events {
                try take(event)
                if isNew { return try draw() }
                // Also when several come at once: a page that is scrolled over was on the screen.
                if isStale, !machine.isPlain { try draw() }
            }
            if machine.isPlain { isStale = true }
        }

        private func pause() -> Int64 {
            let now = SteadyClock.milliseconds()
            let tick = min(Self.longestWait, max(0, nextTick - now))
            return face.isWaiting ? min(tick, max(1, lastInput + Self.escapeTime - now)) : tick
        }

        private mutating func draw() throws {
            try face.show(machine, now)
            if isNew { face.dropInput() }
            isNew = false
            isStale = false
            try take(.drawn)
        }

        private mutating func take(_ event: ReviewEvent) throws {
            for action in machine.handle(event, at: now) {
                switch action {
                case .draw: isStale = true
                case .drawNew: (isStale, isNew) = (true, true)
                case .decide, .fetch: desk.submit(action)
                case .tell(let lines):
                    try face.tell(lines)
                    isStale = true
                case .suspend: try suspend()
                case .quit(let code): throw End.code(code)
                }
            }
        }

        private mutating func take(_ signal: Int32) throws {
            switch signal {
            case SIGWINCH: try take(.resized(face.size))
            case SIGTSTP: try suspend()
            case SIGCONT: try resume()
            default: throw End.signal(signal)
            }
        }

        private mutating func suspend() throws {
            face.close()
            TerminalSignals.stopHere(signals)
            try resume()
        }

        /// What is on the screen was not seen all the time, and what was typed was for another program.
        private mutating func resume() throws {
            face.resume()
            try take(.resized(face.size))
            try take(.resumed)
        }
    }
}
