internal import NIOCore
internal import PetaWire
internal import Synchronization

/// The dedicated ways to one server: each has a connection of its own, is announced what its client can be asked, and ends with the server.
final class DedicatedWays: Sendable {
    /// Ways to one server, those that are ending included; more are refused.
    static let limit = 256
    /// A connection that nobody used this long is closed; the next call makes another.
    static let idleSeconds = 60
    /// The largest capability that is announced as the client gave it, in bytes; of a larger one only that it is there.
    static let memberLimit = 4096

    private struct State {
        var ways: [Int: ManagedServer] = [:]
        var ending: [Int: Task<Void, Never>] = [:]
        var next = 1
        var isOver = false
        var logLevel: String?
        /// The era that was spoken with the server the last time.
        var verdict: Era?
    }
    private let definition: ServerDefinition
    private let context: DownstreamContext
    private let log: ServerLog
    private let state = Mutex(State())

    init(definition: ServerDefinition, context: DownstreamContext, log: ServerLog, verdict: Era?) {
        self.definition = definition
        self.context = context
        self.log = log
        state.withLock { $0.verdict = verdict }
    }

    /// A way for a client with these capabilities, not connected yet; nil where there are too many or the server is not to be used.
    func make(_ client: JSON) -> ServerHandle? {
        state.withLock { state in
            guard !state.isOver, definition.enabled, state.ways.count + state.ending.count < Self.limit else { return nil }
            let number = state.next
            state.next += 1
            let own = ManagedServer(
                own: number, announcing: Self.announced(client), definition: definition, context: context,
                home: number % context.loops.count, log: log, level: state.logLevel, verdict: state.verdict,
                retire: { [weak self] in self?.retire(number) })
            state.ways[number] = own
            return own.handle
        }
    }

    /// Of what a client says that it can, what a server may ask for: these members and nothing else.
    static func announced(_ client: JSON) -> JSON {
        var made: JSON = [:]
        for name in ["roots", "sampling", "elicitation"] {
            guard let member = client[name], member.object != nil else { continue }
            made.set(key: name, value: member.bytes.count <= memberLimit ? member : [:])
        }
        return made
    }

    /// How many are connected.
    var connected: Int { state.withLock { $0.ways.values.count { $0.handle.isConnected } } }

    func noteEra(_ era: Era) { state.withLock { $0.verdict = era } }

    private func retire(_ number: Int) {
        state.withLock { state in
            guard let way = state.ways.removeValue(forKey: number) else { return }
            state.ending[number] = Task { [weak self] in
                await way.stop(retiring: true)
                self?.ended(number)
            }
        }
    }

    private func ended(_ number: Int) { state.withLock { _ = $0.ending.removeValue(forKey: number) } }

    private var all: [ManagedServer] { state.withLock { Array($0.ways.values) } }

    /// Closes their connections; the next call of each makes another.
    func stop() async {
        await withTaskGroup(of: Void.self) { group in
            for way in all { group.addTask { await way.stop() } }
        }
    }

    /// Ends them all, and there will be no more.
    func end() async {
        let (ways, ending) = state.withLock { state in
            state.isOver = true
            defer { state.ways = [:] }
            return (Array(state.ways.values), Array(state.ending.values))
        }
        await withTaskGroup(of: Void.self) { group in
            for way in ways { group.addTask { await way.stop(retiring: true) } }
            for task in ending { group.addTask { await task.value } }
        }
    }

    func checkIdle(_ now: NIODeadline) async {
        for way in all { await way.checkIdle(now) }
    }

    func setLogLevel(_ level: String) async {
        state.withLock { $0.logLevel = level }
        for way in all { await way.setLogLevel(level) }
    }
}
