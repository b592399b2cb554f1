internal import Foundation
internal import Logging
internal import NIOCore
internal import PetaAudit
internal import PetaDownstream
internal import PetaIdentity
internal import PetaPolicy
internal import PetaTelemetry
internal import PetaWire
internal import Synchronization

/// What all loops share: nothing here is locked by a call.
final class GatewayShared: Sendable {
    /// Those of the start. What may change while the gateway runs is read where it is in force: a loop has it in `LoopContext.settings`.
    let settings: GatewaySettings
    private let present: Mutex<GatewaySettings>
    let sessions: SessionTable
    let demand: LogDemand
    let listeners: Listeners
    let watchFeed: AsyncStream<WatchCommand>.Continuation
    let streams: StreamStore
    let audit: AuditLog
    let budget: ResultBudget
    let ids: RequestIDs
    let identity: Identity
    /// The policy that is in force; loops have it in their snapshot.
    let policy: @Sendable () -> CompiledPolicy
    /// Calls that wait for people.
    let approvals: ApprovalDesk
    let logger: Logger
    /// Goes into request ids, so that they are unique over restarts.
    let boot: String
    let connections = Atomic<Int>(0)
    /// Everything stands: who is told so finds the first user, and the socket for administration.
    let ready = Atomic<Bool>(false)
    let draining = Atomic<Bool>(false)
    /// Connections of single clients.
    let ways = Ways()
    let refusedAccess = RefusedAccess()
    /// What limits and the address list have refused.
    let refusals = RefusalBook()
    /// What each address has used of its rate, and what it has failed.
    let addresses = AddressMeters()
    let failures = AddressMeters()
    /// Seconds at which an unreadable proxy was told of last.
    let proxyTold = Atomic<UInt64>(0)
    /// The address list that is in force; loops have it in their snapshot.
    let network: @Sendable () -> AddressList
    /// Requests that wait for answers of clients of the modern era.
    let parking = Parking()
    /// What such clients bring back with their answers.
    let states = RequestStates()
    /// Ids of tasks as clients know them.
    let taskIDs: TaskIDs
    /// What is counted and exported.
    let telemetry: GatewayTelemetry
    /// Connections that found no place.
    let turnedAway = Atomic<UInt64>(0)
    /// What the gateway says of itself to clients of the modern era.
    let serverInfo: JSON
    /// The same as a member of a result, with a comma behind it.
    let serverInfoMember: [UInt8]
    /// What it says of itself to servers of the modern era, as a member of `_meta`.
    let clientInfo: [UInt8]
    /// What servers offer now, for what is judged off the loops.
    let catalog = Mutex(Catalog([]))
    /// The settings of a server that are in force; loops have them in their snapshot.
    let exposure: @Sendable (String) -> ServerExposure

    init(
        settings: GatewaySettings, audit: AuditLog, budget: ResultBudget, ids: RequestIDs, identity: Identity,
        policy: @escaping @Sendable () -> CompiledPolicy, approvals: ApprovalDesk,
        exposure: @escaping @Sendable (String) -> ServerExposure, network: @escaping @Sendable () -> AddressList, demand: LogDemand,
        streams: StreamStore, taskIDs: TaskIDs, watchFeed: AsyncStream<WatchCommand>.Continuation, telemetry: GatewayTelemetry,
        logger: Logger,
        boot: String
    ) {
        self.settings = settings
        present = Mutex(settings)
        self.telemetry = telemetry
        self.taskIDs = taskIDs
        self.demand = demand
        self.streams = streams
        self.watchFeed = watchFeed
        listeners = Listeners(limit: settings.connections, userLimit: settings.sessionsPerUser)
        sessions = SessionTable(limit: settings.sessions, userLimit: settings.sessionsPerUser, demand: demand) { session in
            watchFeed.yield(.drop(.session(session)))
        }
        self.audit = audit
        self.budget = budget
        self.ids = ids
        self.identity = identity
        self.policy = policy
        self.approvals = approvals
        self.exposure = exposure
        self.network = network
        self.logger = logger
        self.boot = boot
        serverInfo = ["name": "peta", "title": "Peta", "version": .string(settings.version)]
        serverInfoMember = Array("\"_meta\":{\"io.modelcontextprotocol/serverInfo\":".utf8) + serverInfo.bytes + Array("},".utf8)
        clientInfo = Array("\"io.modelcontextprotocol/clientInfo\":".utf8) + serverInfo.bytes
    }
}

extension GatewayShared {
    /// The settings that are in force, for what is off the loops. Takes a lock.
    var current: GatewaySettings {
        get { present.withLock { $0 } }
        set { present.withLock { $0 = newValue } }
    }
}

/// What is to be done with watched resources. Wishes are noted in order; what servers are told of them goes on side by side.
enum WatchCommand: Sendable {
    case wish(WatchWish)
    case drop(Watcher)
    /// A server was added or removed.
    case turnover(String)
    /// Servers and rights may be others than before.
    case recheck
    /// Resources have changed: `ResourceNews` has them.
    case news
}

extension GatewayShared {
    /// Passes a wish on.
    func watching(_ wish: WatchWish) { watchFeed.yield(.wish(wish)) }

    /// A client has gone.
    func dropWatcher(_ watcher: Watcher) { watchFeed.yield(.drop(watcher)) }

    /// True if this principal, as it is now, may use anything of a server.
    func mayUse(_ principal: Principal, _ server: String) -> Bool {
        judge(principal, server) { Seam.maySee($0, $1) }
    }

    /// True if this principal, as it is now, may watch a resource of a server: by its rights, and by policy as far as that can be told of
    /// nobody but the user. A subscription that stands when a policy comes is told nothing more.
    func mayWatch(_ principal: Principal, _ server: String, _ uri: String) -> Bool {
        judge(principal, server) { Seam.maySee($0, $1, .resource, uri) && self.policyAllows($0, server, uri) }
    }

    private func policyAllows(_ principal: Principal, _ server: String, _ uri: String) -> Bool {
        let policy = policy()
        guard !policy.allowsAll else { return true }
        let rules = policy.candidates(for: PolicyTarget(server: server, kind: .resource, name: uri)).withoutArguments
        let who = PolicyCaller(
            user: principal.userID, userName: principal.userName, role: principal.role.rawValue, labels: principal.labels,
            workspace: principal.workspace,
            time: Timestamp.now() / 1_000_000)
        return policy.decide(rules, who) { () throws(PolicyUnreadable) -> JSON? in nil }.decision == .allow
    }

    private func judge(_ principal: Principal, _ server: String, _ body: (Principal, ServerListing) -> Bool) -> Bool {
        let catalog = catalog.withLock { $0 }
        guard let current = identity.snapshot.current(principal), let index = catalog.index(of: server) else { return false }
        return body(current, catalog.listings[index])
    }
}

/// What one event loop owns: its view of the snapshot, its lane of intents, its calls under way, its counters.
final class LoopContext: @unchecked Sendable {  // Touched on `loop` only.
    let loop: any EventLoop
    let index: Int
    let shared: GatewayShared
    let lane: IntentLane
    let outbox: AuditOutbox
    var snapshot: Snapshot {
        didSet {
            policed = [:]
            fitted = [:]
        }
    }
    /// The settings that are in force; swapped with the snapshot.
    var settings: GatewaySettings
    /// The rules for what was called since the snapshot came.
    private var policed: [ObjectIdentifier: CompiledPolicy.Candidates] = [:]
    /// Those of them that are about one caller. A client says its name itself, so they are bounded.
    private var fitted: [CallerKey: FittedRules] = [:]
    private static let fittedLimit = 4096

    private struct CallerKey: Hashable {
        let target: ObjectIdentifier
        let principal: ObjectIdentifier
        let client: String?
    }

    private struct FittedRules {
        /// Held, so that no other takes its place in memory.
        let principal: Principal
        let rules: CompiledPolicy.Candidates
    }
    var knownClients = KnownClients()
    private(set) var calls: [ObjectIdentifier: ForwardedCall] = [:]
    private var connections: [ObjectIdentifier: any SweptConnection] = [:]
    private var freeIDs: Range<UInt64> = 0..<0
    private var dateSecond = -1
    private var dateBytes: [UInt8] = []
    private var sweeping: RepeatedTask?
    var latency = LatencyHistogram()
    /// What this loop has counted.
    let tally: CallTally
    /// Makes ids of traces and spans.
    var random = TraceRandom()
    /// Spans that are not handed on yet.
    var spans: [Span] = []
    var finished: UInt64 = 0
    private var requests: UInt64 = 0
    private let requestPrefix: [UInt8]

    init(loop: any EventLoop, index: Int, shared: GatewayShared, lane: IntentLane, snapshot: Snapshot) {
        self.loop = loop
        self.index = index
        self.shared = shared
        self.lane = lane
        self.snapshot = snapshot
        settings = shared.settings
        requestPrefix = Array("\(shared.boot)\(String(index, radix: 36))-".utf8)
        tally = CallTally(shared.telemetry.slots)
        outbox = AuditOutbox(log: shared.audit, lane: lane, loop: loop, tally: tally)
    }

    /// Starts the sweep that ends what takes too long. On `loop`.
    func start() {
        sweeping = loop.scheduleRepeatedTask(initialDelay: .milliseconds(100), delay: .milliseconds(100)) { _ in self.sweep() }
    }

    func stop() {
        sweeping?.cancel()
        handOnSpans()
    }

    private func sweep() {
        let now = NIODeadline.now()
        for call in calls.values where call.deadline < now { call.expire() }
        for connection in connections.values { connection.sweep(now) }
        handOnSpans()
    }

    /// The rules that can decide calls of a tool or prompt of the snapshot.
    func rules(for target: Target) -> CompiledPolicy.Candidates {
        let key = ObjectIdentifier(target)
        if let known = policed[key] { return known }
        let server = snapshot.catalog.listings[target.server].handle.id
        let found = snapshot.policy.candidates(
            for: PolicyTarget(server: server, kind: target.kind, name: target.name, annotations: target.annotations))
        policed[key] = found
        return found
    }

    /// Those of them that are about this caller, who is this principal with a client of this name.
    func rules(for target: Target, _ principal: Principal, _ caller: PolicyCaller) -> CompiledPolicy.Candidates {
        let rules = rules(for: target)
        guard !rules.isEmpty else { return rules }
        let key = CallerKey(target: ObjectIdentifier(target), principal: ObjectIdentifier(principal), client: caller.clientName)
        if let known = fitted[key] { return known.rules }
        if fitted.count >= Self.fittedLimit { fitted = [:] }
        let found = rules.dependOnCaller ? rules.fitting(caller) : rules
        fitted[key] = FittedRules(principal: principal, rules: found)
        return found
    }

    func add(_ call: ForwardedCall) { calls[ObjectIdentifier(call)] = call }

    func remove(_ call: ForwardedCall) { calls.removeValue(forKey: ObjectIdentifier(call)) }

    func add(_ connection: any SweptConnection) { connections[ObjectIdentifier(connection)] = connection }

    func remove(_ connection: any SweptConnection) { connections.removeValue(forKey: ObjectIdentifier(connection)) }

    var openConnections: [any SweptConnection] { Array(connections.values) }

    /// An id for a request to a server.
    func nextID() -> UInt64 {
        if freeIDs.isEmpty { freeIDs = shared.ids.block() }
        defer { freeIDs = freeIDs.dropFirst() }
        return freeIDs.lowerBound
    }

    /// The id of a request in logs and audit: unique over loops and restarts. Fifteen bytes at most as a rule, so that
    /// it takes no allocation.
    func nextRequestID() -> String {
        requests += 1
        var digits: (UInt64, UInt64) = (0, 0)
        return withUnsafeMutableBytes(of: &digits) { scratch in
            var rest = requests
            var at = 16
            repeat {
                at -= 1
                let digit = UInt8(truncatingIfNeeded: rest % 36)
                scratch[at] = digit < 10 ? 0x30 + digit : 0x57 + digit
                rest /= 36
            } while rest > 0 && at > 0
            return String(unsafeUninitializedCapacity: requestPrefix.count + 16 - at) { out in
                for (i, byte) in requestPrefix.enumerated() { out[i] = byte }
                for i in at..<16 { out[requestPrefix.count + i - at] = scratch[i] }
                return requestPrefix.count + 16 - at
            }
        }
    }

    /// The `Date` field line (RFC 9110, section 6.6.1), made once a second.
    var date: [UInt8] {
        var seconds = time(nil)
        if seconds != dateSecond {
            dateSecond = seconds
            var parts = tm()
            gmtime_r(&seconds, &parts)
            let day = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][Int(parts.tm_wday)]
            let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][Int(parts.tm_mon)]
            func two(_ n: Int32) -> String { n < 10 ? "0\(n)" : "\(n)" }
            dateBytes = Array(
                "Date: \(day), \(two(parts.tm_mday)) \(month) \(parts.tm_year + 1900) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT\r\n"
                    .utf8)
        }
        return dateBytes
    }
}

/// A connection whose deadlines the loop looks after.
protocol SweptConnection: AnyObject {
    /// Ends what has taken too long.
    func sweep(_ now: NIODeadline)
    /// The address list or a user has changed: a stream to an address that it refuses ends.
    func judge(_ list: AddressList)
    /// The gateway stops: end when nothing is under way any more.
    func drain()
    /// The gateway has stopped and the process goes on: end at once.
    func cut()
}

extension SweptConnection {
    func cut() { drain() }
}
