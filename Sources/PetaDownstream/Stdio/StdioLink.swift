internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import PetaWire
internal import Synchronization

/// The way to a stdio server: one child, one JSON message a line. It lives on one event loop; exchanges of other
/// loops come and go by a hop.
final class StdioLink: Link, ExchangeCarrier, @unchecked Sendable {  // Mutable state is touched on `home` only.
    /// Bytes that may wait for a child that does not read.
    static let backlogLimit = 16 << 20

    let child: ChildProcess
    private let home: any EventLoop
    private let attempt: Int
    private let resultLimit: Int
    private weak let owner: (any LinkOwner)?
    private let budget: ResultBudget
    private let dead = Atomic<Bool>(false)
    private var channel: (any Channel)?
    private var errors: (any Channel)?
    private var underWay: [UInt64: Exchange] = [:]
    private var framer: LineFramer
    private var backlog = 0
    private var closing = false
    private var garbage = 0
    private let spoken = Mutex(Era.legacy("2025-11-25"))
    /// True where everything that is sent comes from one client, so that what the server asks can be asked of it.
    let isDedicated: Bool

    private init(
        child: ChildProcess, home: any EventLoop, attempt: Int, resultLimit: Int, budget: ResultBudget, isDedicated: Bool,
        owner: any LinkOwner
    ) {
        self.child = child
        self.isDedicated = isDedicated
        self.budget = budget
        self.home = home
        self.attempt = attempt
        self.resultLimit = resultLimit
        self.owner = owner
        framer = LineFramer(limit: resultLimit)
    }

    /// Starts the program and connects its pipes.
    static func open(
        _ arguments: [String], environment: [String], directory: String?, spawner: NIOThreadPool, home: any EventLoop, attempt: Int,
        resultLimit: Int, budget: ResultBudget, isDedicated: Bool, owner: any LinkOwner
    ) async throws -> StdioLink {
        let (child, pipes) = try await spawner.runIfActive {
            try ChildProcess.spawn(arguments, environment: environment, directory: directory)
        }
        let link = StdioLink(
            child: child, home: home, attempt: attempt, resultLimit: resultLimit, budget: budget, isDedicated: isDedicated, owner: owner)
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

    var isDead: Bool { dead.load(ordering: .acquiring) }

    /// Known only behind the handshake.
    var era: Era {
        get { spoken.withLock { $0 } }
        set { spoken.withLock { $0 = newValue } }
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
            return on(exchange) { $0.end(.notSent("the server is not running")) }
        }
        guard backlog + payload.readableBytes <= Self.backlogLimit else {
            return on(exchange) { $0.end(.notSent("the server does not read its input")) }
        }
        if exchange.form == .request { underWay[exchange.id] = exchange }
        var line = payload
        // One message a line: JSON allows line ends between its tokens, where a blank does as well (never inside of strings).
        line.replaceLineEnds()
        line.writeInteger(UInt8(0x0A))
        let count = line.readableBytes
        backlog += count
        let written = channel.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenComplete { _ in self.backlog -= count }
        channel.writeAndFlush(line, promise: written)
        if exchange.form == .notification {
            on(exchange) { $0.end(nil) }
        } else {
            on(exchange) { $0.markWritten() }
        }
    }

    private func on(_ exchange: Exchange, _ body: @escaping @Sendable (Exchange) -> Void) {
        if exchange.loop.inEventLoop { body(exchange) } else { exchange.loop.execute { body(exchange) } }
    }

    func abandon(_ exchange: Exchange) {
        let id = exchange.id
        let cancel = Exchange(
            loop: exchange.loop, loopIndex: exchange.loopIndex, id: 0, form: .notification,
            payload: ByteBuffer(string: "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\(id)}}"))
        home.execute { self.underWay.removeValue(forKey: id) }
        send(cancel)
    }

    // MARK: from the child

    func received(_ bytes: ByteBuffer) {
        framer.push(bytes)
        while let line = framer.next() {
            switch line {
            case .whole(let message): take(message)
            case .tooLong(let beginning): refuse(beginning)
            }
        }
    }

    private func take(_ message: ByteBuffer) {
        let scan: MessageScan
        do throws(ScanFailure) {
            scan = try message.scanMessage()
        } catch {
            // Not fatal: many programs print something. The first lines are kept, so that somebody can see it.
            garbage += 1
            if garbage <= 100 {
                owner?.linkLogged("not a message: " + String(decoding: message.readableBytesView.prefix(8192), as: UTF8.self), .stdout)
            }
            return
        }
        switch scan.kind {
        case .result, .error:
            guard let id = message.number(scan.id), let exchange = underWay.removeValue(forKey: id) else {
                owner?.linkLogged("an answer that nobody waits for was dropped", .gateway)
                return
            }
            let share = message.readableBytes > ResultBudget.free ? budget.take(message.readableBytes) : nil
            on(exchange) { $0.deliver(message, scan, share: share) }
        case .notification:
            let method = message.text(scan.method)
            if method == "notifications/progress" {
                guard let id = message.number(scan.progressToken), let exchange = underWay[id] else { return }
                on(exchange) { $0.deliverNotification(message, scan) }
            } else if era.isModern, method != "notifications/message" {
                // What is no listen's is nobody's.
                guard let id = ListenExchange.subscription(message, scan), let exchange = underWay[id] as? ListenExchange else { return }
                on(exchange) { $0.deliverNotification(message, scan) }
            } else {
                owner?.linkNotified(method, message.bytes(scan.params))
            }
        case .request where era.isModern: return  // Not allowed there, and so never answered.
        case .request:
            let refuse: @Sendable () -> Void = { self.home.execute { self.write(ServerRequests.reply(message, scan)) } }
            // Nothing says to which call it belongs; on a connection of one client the newest will do.
            guard isDedicated, let newest = underWay.max(by: { $0.key < $1.key })?.value else { return refuse() }
            newest.deliverRequest(message, scan, refused: refuse)
        }
    }

    func respond(_ response: ByteBuffer, for exchange: Exchange) {
        if home.inEventLoop { write(response) } else { home.execute { self.write(response) } }
    }

    /// On `home`: one line that answers something; dropped where the child does not read.
    private func write(_ reply: ByteBuffer) {
        guard let channel, channel.isActive else { return }
        var line = reply
        line.replaceLineEnds()
        line.writeInteger(UInt8(0x0A))
        let count = line.readableBytes
        guard backlog + count <= Self.backlogLimit else { return }
        backlog += count
        let written = channel.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenComplete { _ in self.backlog -= count }
        channel.writeAndFlush(line, promise: written)
    }

    /// An answer over the limit: tell who waits for it, if its beginning says who that is.
    private func refuse(_ beginning: ByteBuffer) {
        owner?.linkLogged("a line over limits.resultBytes was dropped", .gateway)
        let text = String(decoding: beginning.readableBytesView, as: UTF8.self)
        guard let at = text.firstRange(of: "\"id\":") else { return }
        let digits = text[at.upperBound...].drop { $0 == " " }.prefix { $0.isNumber }
        guard let id = UInt64(digits), let exchange = underWay.removeValue(forKey: id) else { return }
        on(exchange) { $0.end(.tooLarge) }
    }

    func ended() {
        dead.store(true, ordering: .releasing)
        channel = nil
        let lost = underWay
        underWay = [:]
        let asked = closing
        for exchange in lost.values { on(exchange) { $0.end(.lost("the server ended before it answered")) } }
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
