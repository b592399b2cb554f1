import Glibc
import PetaAdminAPI

/// Carries the messages of a client that speaks MCP over stdio to the gateway's endpoint and back (MCP reference, sections 4 and 5).
///
/// One thread that waits for everything at once: the client, the gateway, timers, signals. Nothing waits without bound: lines, messages,
/// exchanges and what the client has not read yet have limits.
final class Bridge {
    /// A legacy session.
    struct Session {
        let id: String?
        let revision: String
    }

    enum Task: Equatable {
        case openStream
        case renew
        case resume(ObjectIdentifier)
        case giveUp
    }

    let target: BridgeTarget
    let console: Console
    var exchanges: [Exchange] = []
    /// Answers that are taken up again in a moment.
    var broken: [ObjectIdentifier: Exchange] = [:]
    var timers: [(due: Int64, task: Task)] = []
    var session: Session?
    /// The client's `initialize`, for a session that is lost.
    var opening: (message: BridgeMessage, line: [UInt8])?
    /// Requests that wait for a new session.
    var parked: [Exchange] = []
    var streamID: String?
    var backoff: Int64 = 500
    var parameters = ParamHeaders()
    /// What the client set in its session, for a session that takes its place.
    var lasting = LastingRequests()
    var isInputOver: Bool { input.hasEnded }

    private enum Phase { case open, ending, ended }
    private var phase = Phase.open
    private var input: LineReader
    private var lines: [LineReader.Line] = []
    private var output: ArraySlice<UInt8> = []
    private var isOutputGone = false
    private var idle: [(descriptor: Int32, since: Int64)] = []
    private var remarks: Set<String> = []

    /// Bytes of one message of the client.
    static let longestLine = 64 << 20
    /// Requests under way.
    static let mostExchanges = 512
    /// Bytes that the client has not read, from which on nothing more is read from the gateway.
    private static let backlog = 1 << 20

    init(_ target: BridgeTarget, console: Console) {
        self.target = target
        self.console = console
        input = LineReader(console.input, limit: Self.longestLine)
    }

    /// Runs until the client closes its end, or a signal comes. Throws when the gateway cannot be reached at the start.
    func run() throws(AdminError) {
        idle.append((try target.connected(within: 5), Self.now()))
        let stop = StopSignal.descriptor()
        defer {
            StopSignal.restore()
            close(stop)
            for exchange in exchanges { close(exchange.descriptor) }
            for connection in idle { close(connection.descriptor) }
        }
        while phase != .ended { turn(stop) }
        flush()
    }

    // MARK: the loop

    private func turn(_ stop: Int32) {
        fireTimers()
        while phase == .open, !isHeld, !lines.isEmpty { accept(lines.removeFirst()) }
        if phase == .open, isOutputGone || input.hasEnded && lines.isEmpty && !isAwaited { finish() }
        guard phase != .ended else { return }
        let isFull = output.count >= Self.backlog
        let reads = phase == .open && !input.hasEnded && !isHeld && !isFull && lines.isEmpty
        var waiting = [
            pollfd(fd: phase == .open ? stop : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: reads ? console.input : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: isOutputGone ? -1 : console.output, events: output.isEmpty ? 0 : Int16(POLLOUT), revents: 0),
        ]
        let current = exchanges
        for exchange in current {
            let events = (isFull ? 0 : POLLIN) | (exchange.hasUnsent ? POLLOUT : 0)
            waiting.append(pollfd(fd: exchange.descriptor, events: Int16(events), revents: 0))
        }
        let due = timers.map(\.due).min().map { Int32(clamping: max(0, $0 - Self.now())) } ?? -1
        guard poll(&waiting, nfds_t(waiting.count), !lines.isEmpty && !isHeld ? 0 : due) > 0 else { return }
        if waiting[0].revents != 0 { return finish() }
        if waiting[1].revents != 0 { lines += input.read() }
        if waiting[2].revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0 { isOutputGone = true }
        if waiting[2].revents & Int16(POLLOUT) != 0 { writeOutput() }
        for (exchange, entry) in zip(current, waiting.dropFirst(3)) where entry.revents != 0 {
            // One before it may have ended it, and its descriptor may be another's by now.
            guard exchanges.contains(where: { $0 === exchange }) else { continue }
            if entry.revents & Int16(POLLOUT) != 0, !exchange.send() {
                lost(exchange)
            } else if entry.revents & ~Int16(POLLOUT) != 0 {
                receive(exchange)
            }
        }
    }

    /// A new session is being opened: what the client says meanwhile has to wait for it.
    private var isHeld: Bool {
        exchanges.contains { exchange in
            if case .initialize = exchange.purpose { return true }
            return exchange.message?.method == "notifications/initialized"
        }
    }

    /// Somebody waits for what is under way, apart from what has no end.
    private var isAwaited: Bool {
        !parked.isEmpty || !broken.isEmpty
            || exchanges.contains { $0.purpose != .stream && $0.message?.method != "subscriptions/listen" }
    }

    private func fireTimers() {
        let now = Self.now()
        let due = timers.filter { $0.due <= now }
        timers.removeAll { $0.due <= now }
        for timer in due { perform(timer.task) }
    }

    func schedule(_ task: Task, in milliseconds: Int64) {
        guard phase == .open || task == .giveUp, !timers.contains(where: { $0.task == task }) else { return }
        timers.append((Self.now() + milliseconds, task))
    }

    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    // MARK: the end

    /// Breaks off what is under way and takes leave of the gateway.
    func finish() {
        guard phase == .open else { return }
        phase = .ending
        timers = []
        lines = []
        for exchange in exchanges { close(exchange.descriptor) }
        exchanges = []
        guard let session, session.id != nil else { return end() }
        schedule(.giveUp, in: 2000)
        farewell(session, isLast: true)
    }

    func end() { phase = .ended }

    // MARK: the client's side

    private func accept(_ line: LineReader.Line) {
        switch line {
        case .text(let bytes): fromClient(bytes)
        case .tooLong:
            write(BridgeMessage.error("null", -32600, "The message is larger than \(Self.longestLine >> 20) MiB"))
        }
    }

    /// Gives the client one message.
    func write(_ message: [UInt8]) {
        guard !isOutputGone else { return }
        output += BridgeMessage.onOneLine(message) + [0x0A]
        writeOutput()
    }

    /// Writes what can be written without waiting: a pipe that is ready takes as much as this at once (pipe(7), PIPE_BUF).
    private func writeOutput() {
        var ready = pollfd(fd: console.output, events: Int16(POLLOUT), revents: 0)
        while !output.isEmpty, !isOutputGone, poll(&ready, 1, 0) > 0 {
            let count = output.prefix(4096).withUnsafeBytes { Glibc.write(console.output, $0.baseAddress, $0.count) }
            if count > 0 {
                output = output.dropFirst(count)
            } else if count < 0, errno != EINTR, errno != EAGAIN {
                isOutputGone = true
            }
        }
        if output.isEmpty || isOutputGone { output = [] }
    }

    /// What the client has not read yet, as long as it goes on reading.
    private func flush() {
        let deadline = Self.now() + 2000
        while !output.isEmpty, !isOutputGone, Self.now() < deadline {
            var ready = pollfd(fd: console.output, events: Int16(POLLOUT), revents: 0)
            _ = poll(&ready, 1, 100)
            writeOutput()
        }
    }

    /// Says something on standard error, once.
    func remark(_ text: String) {
        if remarks.count < 64, remarks.insert(text).inserted { console.note("peta: " + Escaped.line(text)) }
    }

    // MARK: the gateway's side

    /// Begins an exchange. Gives nil, and says why, when there is no connection to be had.
    @discardableResult
    func begin(
        _ purpose: Exchange.Purpose, _ method: String, _ fields: [(String, String)], message: BridgeMessage? = nil, line: [UInt8] = [],
        prepare: (Exchange) -> Void = { _ in }
    ) -> Exchange? {
        let descriptor: Int32
        do throws(AdminError) {
            descriptor = try connection()
        } catch {
            let failed = Exchange(purpose, -1, request: [], message: message, line: line)
            prepare(failed)
            unreachable(failed, error)
            return nil
        }
        let request = target.request(method, fields, body: method == "POST" ? line : nil)
        let exchange = Exchange(purpose, descriptor, request: request, message: message, line: line, session: session?.id)
        prepare(exchange)
        exchanges.append(exchange)
        if !exchange.send() { lost(exchange) }
        return exchange
    }

    private func connection() throws(AdminError) -> Int32 {
        let fresh = Self.now() - 30_000
        while let candidate = idle.popLast() {
            var byte: UInt8 = 0
            // The gateway may have closed it, or said something that nobody asked.
            if candidate.since > fresh, recv(candidate.descriptor, &byte, 1, Int32(MSG_PEEK)) < 0,
                errno == EAGAIN
            {
                return candidate.descriptor
            }
            close(candidate.descriptor)
        }
        return try target.connect()
    }

    private func receive(_ exchange: Exchange) {
        for news in exchange.receive() {
            // What came before may have ended it.
            guard exchanges.contains(where: { $0 === exchange }) else { return }
            switch news {
            case .head: headCame(exchange)
            case .message(let message): deliver(message, from: exchange)
            case .end:
                release(exchange, keeping: exchange.isReusable)
                finished(exchange)
            case .lost: lost(exchange)
            case .tooLarge:
                release(exchange, keeping: false)
                fail(exchange, "The gateway's message is larger than \(Exchange.largest >> 20) MiB")
            }
        }
    }

    private func lost(_ exchange: Exchange) {
        release(exchange, keeping: false)
        connectionLost(exchange)
    }

    /// Takes an exchange out; its connection is closed, or kept for another one.
    func release(_ exchange: Exchange, keeping: Bool) {
        guard let index = exchanges.firstIndex(where: { $0 === exchange }) else { return }
        exchanges.remove(at: index)
        if keeping, idle.count < 4 {
            idle.append((exchange.descriptor, Self.now()))
        } else {
            close(exchange.descriptor)
        }
    }
}
