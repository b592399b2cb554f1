package import NIOCore
package import PetaWire
internal import Synchronization

/// What the call path holds of a server: who it is, and the live link if there is one. It lives as long as the
/// server stands in the gateway's table, whatever its connection does.
package final class ServerHandle: @unchecked Sendable {  // `links[i]` is touched on loop i only.
    /// The server's id.
    package let id: String
    /// The definition that this handle was made for; an update makes another handle.
    package let definition: ServerDefinition
    /// True for a way that one client has for itself: what the server asks on it can be asked of that client.
    package let isDedicated: Bool
    private var links: [(any Link)?]
    private var redactions: [(any Redaction)?]
    private var secretNames: [String?]
    private var eras: [Era?]
    private let asking: Atomic<Bool>
    private let quiet = Atomic<Int>(0)
    private let connected = Atomic<Bool>(false)
    private let over = Atomic<Bool>(false)
    private let timeouts = Atomic<Int>(0)
    private let listener: Mutex<(@Sendable (String, [UInt8]) -> Void)?> = Mutex(nil)
    private let doubt = Mutex(EraDoubt())
    private let calls = Atomic<Int>(0)
    /// Its link is about to be closed since nobody used it: new calls wake it again.
    private let resting = Atomic<Bool>(false)
    private let lastUse = Atomic<UInt64>(0)
    private let neededUntil = Atomic<UInt64>(0)
    private let loops: [any EventLoop]
    private let wakeUp: @Sendable () async throws -> Void
    private let suspect: @Sendable () -> Void
    private let listsAgain: @Sendable () async -> Void
    private let branch: Branch

    /// Calls in a row without an answer in time after which the server is looked after.
    package static let timeoutsBeforePing = 3

    /// What a dedicated way belongs to, and how it ends.
    struct Branch: Sendable {
        /// Makes a dedicated way for a client with these capabilities; nil where there are too many. Only of a shared handle.
        var dedicate: @Sendable (_ client: JSON) -> ServerHandle? = { _ in nil }
        /// Keeps in mind that the server asks. Only of a shared handle.
        var learned: @Sendable () -> Void = {}
        /// Ends a dedicated way for good. Only of a dedicated handle.
        var retire: @Sendable () -> Void = {}
        /// Tells the server that the client's roots have changed. Only of a dedicated handle.
        var rootsChanged: @Sendable () -> Void = {}
    }

    init(
        definition: ServerDefinition, asksBack: Bool = false, isDedicated: Bool = false, branch: Branch = Branch(),
        loops: [any EventLoop], suspect: @escaping @Sendable () -> Void = {},
        relist: @escaping @Sendable () async -> Void = {}, wakeUp: @escaping @Sendable () async throws -> Void
    ) {
        id = definition.id
        self.definition = definition
        self.loops = loops
        self.wakeUp = wakeUp
        self.suspect = suspect
        listsAgain = relist
        self.branch = branch
        self.isDedicated = isDedicated
        links = Array(repeating: nil, count: loops.count)
        eras = Array(repeating: nil, count: loops.count)
        asking = Atomic(asksBack)
        redactions = Array(repeating: nil, count: loops.count)
        secretNames = Array(repeating: nil, count: loops.count)
    }

    /// True if the server can be sent to at once; else it has to be woken first. On loop `index` only, and after `enter`.
    package func isLive(_ index: Int) -> Bool {
        guard let link = links[index], !link.isDead else { return false }
        return !resting.load(ordering: .sequentiallyConsistent)
    }

    /// The era that is spoken with it; nil while it is not live. On loop `index` only.
    package func era(_ index: Int) -> Era? { eras[index] }

    /// True if it is known to ask things of clients: then clients that can be asked get connections of their own.
    package var asksBack: Bool { asking.load(ordering: .relaxed) }

    /// Calls of clients that it could have asked, and in which it asked nothing.
    package var quietCalls: Int { quiet.load(ordering: .relaxed) }

    /// There was one more.
    package func noteQuiet() { quiet.wrappingAdd(1, ordering: .relaxed) }

    /// It has asked something.
    /// - Returns: true if that was not known.
    @discardableResult package func noteAsking() -> Bool {
        guard !asking.exchange(true, ordering: .relaxed) else { return false }
        branch.learned()
        return true
    }

    /// A way to the same server for one client alone, on which the server is told what can be asked of this client (`roots`, `sampling`,
    /// `elicitation` of its capabilities). Nil where there are too many. It costs nothing until it is woken; whoever made it ends it
    /// with `retire`. It ends by itself when the server is changed or removed.
    package func dedicated(_ client: JSON) -> ServerHandle? { branch.dedicate(client) }

    /// Ends a dedicated way.
    package func retire() { branch.retire() }

    /// The client's roots have changed: told to the server of a dedicated way.
    package func rootsChanged() { branch.rootsChanged() }

    /// True once it has ended for good, by `retire` or since the server was changed or removed: what is sent now fails, and so does `wake`.
    package var isOver: Bool { over.load(ordering: .acquiring) }

    /// True while a connection is up.
    package var isConnected: Bool { connected.load(ordering: .relaxed) }

    /// Called with what the server of a dedicated way tells that belongs to no call: method and `params`, credentials cut out. It belongs to
    /// the client of this way alone. The lists are not among it: those of the shared connection count. Called on any thread, in order.
    package func onNotification(_ listener: @escaping @Sendable (_ method: String, _ params: [UInt8]) -> Void) {
        self.listener.withLock { $0 = listener }
    }

    func notified(_ method: String, _ params: [UInt8]) { listener.withLock { $0 }?(method, params) }

    func end() {
        over.store(true, ordering: .releasing)
        listener.withLock { $0 = nil }
    }

    /// A call had no answer in time. After some in a row the server is asked for a sign of life, and connected anew if it gives none.
    package func callTimedOut() {
        guard timeouts.wrappingAdd(1, ordering: .relaxed).newValue == Self.timeoutsBeforePing else { return }
        timeouts.store(0, ordering: .relaxed)
        suspect()
    }

    /// A call was answered, whatever the answer.
    package func callAnswered() {
        if timeouts.load(ordering: .relaxed) != 0 { timeouts.store(0, ordering: .relaxed) }
    }

    /// An answer gives reason to doubt the era. True: it is being tested.
    func doubtEra(_ now: NIODeadline) -> Bool { doubt.withLock { $0.raise(now: Double(now.uptimeNanoseconds) / 1e9) } }

    func eraTested(isStill: Bool) { doubt.withLock { $0.tested(isStill: isStill) } }

    /// Sends a client's request. It takes nothing that the seam has not cleared. On the exchange's loop only.
    package func send(_ exchange: ClearedExchange) {
        guard let link = links[exchange.loopIndex] else { return exchange.end(.notSent("the server is not running")) }
        link.send(exchange)
    }

    /// What cuts this server's credentials out of its answers; nil if it was given none. On loop `index` only.
    package func redaction(_ index: Int) -> (any Redaction)? { redactions[index] }

    /// The names of the secrets that were filled in for its connection, a JSON array as text; nil if there were none. On loop `index` only.
    package func secrets(_ index: Int) -> String? { secretNames[index] }

    /// Wakes the server and calls back on `loop` when it is online or cannot be. Many at once start it once.
    package func wake(on loop: any EventLoop, _ done: @escaping @Sendable (DownstreamFailure?) -> Void) {
        Task { [wakeUp] in
            do {
                try await wakeUp()
                loop.execute { done(nil) }
            } catch let failure as DownstreamFailure {
                loop.execute { done(failure) }
            } catch {
                loop.execute { done(.notSent("\(error)")) }
            }
        }
    }

    /// Reads the server's lists again, since a call has shown that they are no longer true (-32020 for a missing `Mcp-Param-*`), and calls
    /// back on `loop`. What changed has been announced by then, but may not have reached every loop.
    package func relist(on loop: any EventLoop, _ done: @escaping @Sendable () -> Void) {
        Task { [listsAgain] in
            await listsAgain()
            loop.execute { done() }
        }
    }

    /// Counts a call in. False: the limit is reached.
    package func enter(now: NIODeadline) -> Bool {
        lastUse.store(now.uptimeNanoseconds, ordering: .relaxed)
        guard calls.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue <= definition.maxConcurrent else {
            calls.wrappingSubtract(1, ordering: .relaxed)
            return false
        }
        return true
    }

    /// Counts a call out.
    package func leave() { calls.wrappingSubtract(1, ordering: .relaxed) }

    /// Nobody may call for a while, and yet its connection is to stay: something that a call began goes on behind it.
    package func keepAwake(until moment: NIODeadline) {
        neededUntil.max(moment.uptimeNanoseconds, ordering: .relaxed)
    }

    /// Takes the server out of use if no call is under way and the last began before this moment.
    ///
    /// A call that comes at the same time either counts itself in before that is looked at, and nothing happens, or sees that the server
    /// rests, and wakes it.
    func rest(ifIdleSince moment: NIODeadline) -> Bool {
        guard isUnused(since: moment), neededUntil.load(ordering: .relaxed) < moment.uptimeNanoseconds else { return false }
        resting.store(true, ordering: .sequentiallyConsistent)
        if calls.load(ordering: .sequentiallyConsistent) == 0 { return true }
        resting.store(false, ordering: .sequentiallyConsistent)
        return false
    }

    /// True if no call began since this moment.
    func isUnused(since moment: NIODeadline) -> Bool { lastUse.load(ordering: .relaxed) < moment.uptimeNanoseconds }

    /// Counts as a use, so that a server that was just started is not idle at once.
    func touch(_ now: NIODeadline) { lastUse.store(now.uptimeNanoseconds, ordering: .relaxed) }

    /// Puts a link (or none) in place on every loop, and returns when all have it.
    func publish(_ link: (any Link)?, _ redaction: (any Redaction)?, secrets: String? = nil) async {
        if link != nil { resting.store(false, ordering: .sequentiallyConsistent) }
        connected.store(link != nil, ordering: .relaxed)
        timeouts.store(0, ordering: .relaxed)
        for (index, loop) in loops.enumerated() {
            await withCheckedContinuation { done in
                loop.execute {
                    self.links[index] = link
                    self.eras[index] = link?.era
                    if link != nil {
                        self.redactions[index] = redaction
                        self.secretNames[index] = secrets
                    }
                    done.resume()
                }
            }
        }
    }
}
