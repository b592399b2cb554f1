internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import PetaWire
internal import Synchronization

/// The way to a stdio server: one child, one JSON message a line. It lives on one event loop; exchanges of other
/// loops come and go by a hop.
final class StdioLink: Link, ExchangeCarrier, StreamVoice, @unchecked Sendable {  // Mutable state is touched on `home` only.
    /// Bytes that may wait for a child that does not read.
    static let backlogLimit = 16 << 20

    let child: ChildProcess
    private let home: any EventLoop
    private let attempt: Int
    private weak let owner: (any LinkOwner)?
    private let dead = Atomic<Bool>(false)
    private var channel: (any Channel)?
    private var errors: (any Channel)?
    private let desk: StreamDesk
    private var framer: LineFramer
    private var backlog = 0
    private var closing = false
    private let gauge: InputGauge?
    private let hasWritten = Atomic<Bool>(false)

    private init(
        child: ChildProcess, gauge: InputGauge?, home: any EventLoop, attempt: Int, resultLimit: Int, budget: ResultBudget,
        isDedicated: Bool,
        owner: any LinkOwner
    ) {
        self.child = child
        desk = StreamDesk(home: home, budget: budget, isDedicated: isDedicated, source: .stdout, owner: owner)
        self.gauge = gauge
        self.home = home
        self.attempt = attempt
        self.owner = owner
        framer = LineFramer(limit: resultLimit)
        desk.voice = self
    }

    /// Starts the program and connects its pipes. `gauged`: it is to be known what the child has read, until `releaseGauge`.
    static func open(
        _ arguments: [String], gauged: Bool, environment: [String], directory: String?, spawner: NIOThreadPool, home: any EventLoop,
        attempt: Int,
        resultLimit: Int, budget: ResultBudget, isDedicated: Bool, owner: any LinkOwner
    ) async throws -> StdioLink {
        let (child, pipes) = try await spawner.runIfActive {
            try ChildProcess.spawn(arguments, environment: environment, directory: directory)
        }
        let link = StdioLink(
            child: child, gauge: gauged ? InputGauge(pipes.input) : nil, home: home, attempt: attempt, resultLimit: resultLimit,
            budget: budget, isDedicated: isDedicated, owner: owner)
        do {
            _ = try await NIOPipeBootstrap(group: home)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(StdioHandler(link, budget))
                        link.channel = channel
                    }
                }
                .takingOwnershipOfDescriptors(input: pipes.output, output: pipes.input).get()
            _ = try await NIOPipeBootstrap(group: home)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(StderrHandler(owner))
                        link.errors = channel
                    }
                }
                .takingOwnershipOfDescriptor(input: pipes.errors).get()
        } catch {
            child.signal(SIGKILL)
            throw DownstreamFailure.notSent("the pipes of the program cannot be used: \(error)")
        }
        return link
    }

    /// True if the child has read all that it was sent, as far as that can be known.
    var isRead: Bool { hasWritten.load(ordering: .acquiring) && gauge?.holdsUnread != true }

    func releaseGauge() { gauge?.release() }

    var isDead: Bool { dead.load(ordering: .acquiring) }

    /// Known only behind the handshake.
    var era: Era {
        get { desk.era }
        set { desk.era = newValue }
    }

    func send(_ exchange: Exchange) {
        guard exchange.form == .request || exchange.form == .notification else { return exchange.end(nil) }
        exchange.carrier = self
        if home.inEventLoop {
            write(exchange, exchange.payload)
        } else {
            let payload = exchange.payload
            home.execute { self.write(exchange, payload) }
        }
    }

    /// On `home`. The exchange itself is only held here; what happens to it happens on its own loop.
    private func write(_ exchange: Exchange, _ payload: ByteBuffer) {
        guard let channel, channel.isActive, !closing else {
            return desk.on(exchange) { $0.end(.notSent("the server is not running")) }
        }
        guard backlog + payload.readableBytes <= Self.backlogLimit else {
            return desk.on(exchange) { $0.end(.notSent("the server does not read its input")) }
        }
        if exchange.form == .request { desk.begin(exchange) }
        var line = payload
        // One message a line: JSON allows line ends between its tokens, where a blank does as well (never inside of strings).
        line.replaceLineEnds()
        line.writeInteger(UInt8(0x0A))
        let count = line.readableBytes
        backlog += count
        let written = channel.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenComplete { result in
            self.backlog -= count
            if case .success = result { self.hasWritten.store(true, ordering: .releasing) }
        }
        channel.writeAndFlush(line, promise: written)
        if exchange.form == .notification {
            desk.on(exchange) { $0.end(nil) }
        } else {
            desk.written(exchange)
        }
    }

    func abandon(_ exchange: Exchange) {
        let id = exchange.id
        home.execute { self.desk.drop(id) }
        send(.cancellation(of: exchange))
    }

    // MARK: from the child

    func received(_ bytes: ByteBuffer) {
        framer.push(bytes)
        while let line = framer.next() {
            switch line {
            case .whole(let message): desk.take(message)
            case .tooLong(let beginning): desk.take(tooLong: beginning)
            }
        }
    }

    func respond(_ response: ByteBuffer, for exchange: Exchange) {
        if home.inEventLoop { say(response) } else { home.execute { self.say(response) } }
    }

    /// On `home`: one line that answers something; dropped where the child does not read.
    func say(_ message: ByteBuffer) {
        guard let channel, channel.isActive else { return }
        var line = message
        line.replaceLineEnds()
        line.writeInteger(UInt8(0x0A))
        let count = line.readableBytes
        guard backlog + count <= Self.backlogLimit else { return }
        backlog += count
        let written = channel.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenComplete { _ in self.backlog -= count }
        channel.writeAndFlush(line, promise: written)
    }

    func ended() {
        dead.store(true, ordering: .releasing)
        channel = nil
        let asked = closing
        desk.endAll(.lost("the server ended before it answered"))
        // Its output is closed: a child that goes on living has nothing more to say here.
        let loop = home
        let child = child
        let grace = loop.scheduleTask(in: .seconds(2)) { child.signal(SIGKILL) }
        child.whenEnded { [owner, attempt] status in
            grace.cancel()
            if !asked { owner?.linkLost(attempt: attempt, why: "the server ended: \(ChildProcess.describe(status))") }
        }
    }

    /// Close standard input, wait; SIGTERM, wait; SIGKILL: the order of the specification (stdio, shutdown).
    func close() async {
        await withCheckedContinuation { done in
            home.execute {
                self.closing = true
                self.releaseGauge()
                self.desk.refuseHeld()
                let child = self.child
                let term = self.home.scheduleTask(in: .milliseconds(1500)) { child.signal(SIGTERM) }
                let kill = self.home.scheduleTask(in: .milliseconds(3000)) { child.signal(SIGKILL) }
                self.channel?.close(mode: .output, promise: nil)
                child.whenEnded { _ in
                    term.cancel()
                    kill.cancel()
                    self.home.execute {
                        self.channel?.close(promise: nil)
                        self.errors?.close(promise: nil)
                        done.resume()
                    }
                }
            }
        }
    }
}

extension ByteBuffer {
    /// Line ends become blanks. Copies nothing where there are none.
    fileprivate mutating func replaceLineEnds() {
        let has = withUnsafeReadableBytes { bytes in
            bytes.baseAddress.map { memchr($0, 0x0A, bytes.count) != nil || memchr($0, 0x0D, bytes.count) != nil } ?? false
        }
        guard has else { return }
        self = ByteBuffer(bytes: readableBytesView.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 })
    }
}
