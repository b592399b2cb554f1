import PetaAdmin
import PetaAdminAPI
import PetaCrypto
import PetaIdentity
import Synchronization

/// Servers that exist only here. What was asked of them is noted.
final class FakeServers: ServerOperations {
    struct Broken: Error, CustomStringConvertible { let description = "the cause with hunter2 in it" }

    struct State {
        var entries: [String: ServerEntry] = [:]
        var notes: [String] = []
        var breaks = false
    }
    private let state = Mutex(State())
    /// Log lines beyond the first; each follower gets those sent while it follows.
    let news = Broadcast<LogLine>()
    /// When set, a call waits here until it is cancelled.
    let holdsCalls = Flag()
    /// A start waits while this is up.
    let holdsStarts = Flag()
    /// The tools that are called, and "start".
    let calls = Broadcast<String>()

    func note(_ text: String) throws {
        try state.withLock { state in
            state.notes.append(text)
            if state.breaks { throw Broken() }
        }
    }
    /// From now on everything fails.
    func breakDown() { state.withLock { $0.breaks = true } }
    var notes: [String] { state.withLock { $0.notes } }
    func put(_ id: String) { state.withLock { $0.entries[id] = Self.entry(id) } }
    static func entry(_ id: String, enabled: Bool = true, state: ServerState = .offline) -> ServerEntry {
        ServerEntry(id: id, title: nil, kind: .stdio, state: state, enabled: enabled, tools: 0, resources: 0, prompts: 0, lastError: nil)
    }
    private func entry(_ id: String) throws -> ServerEntry {
        guard let entry = state.withLock({ $0.entries[id] }) else { throw AdminError(.notFound, "there is no server '\(id)'") }
        return entry
    }

    func servers() async throws -> [ServerEntry] {
        try note("list")
        return state.withLock { $0.entries.values.sorted { $0.id < $1.id } }
    }
    func server(_ id: String) async throws -> ServerDetail {
        ServerDetail(
            entry: try entry(id), pid: nil, protocolVersion: nil, startedAt: nil, restarts: 0, refused: [], stderrTail: [],
            definition: ServerSpec(id: id, kind: .stdio, command: "true"))
    }
    func serverExists(_ id: String) async throws -> Bool { state.withLock { $0.entries[id] != nil } }
    func add(_ spec: ServerSpec) async throws -> ServerEntry {
        try note("add \(spec.id)")
        if (try? entry(spec.id)) != nil { throw AdminError(.alreadyExists, "there is already a server '\(spec.id)'") }
        put(spec.id)
        return try entry(spec.id)
    }
    func update(_ id: String, _ patch: ServerPatch) async throws -> ServerEntry {
        try note("update \(id) \(patch.title ?? "")")
        return try entry(id)
    }
    func remove(_ id: String) async throws {
        _ = try entry(id)
        try note("remove \(id)")
        state.withLock { $0.entries[id] = nil }
    }
    func start(_ id: String) async throws -> ServerEntry {
        try note("start \(id)")
        calls.send("start")
        while holdsStarts.isUp { await Task.yield() }
        return try entry(id)
    }
    func stop(_ id: String) async throws -> ServerEntry {
        try note("stop \(id)")
        return try entry(id)
    }
    func restart(_ id: String) async throws -> ServerEntry {
        try note("restart \(id)")
        return try entry(id)
    }
    func setEnabled(_ id: String, _ enabled: Bool) async throws -> ServerEntry {
        try note("enabled \(id) \(enabled)")
        return try entry(id)
    }
    func tools(of id: String) async throws -> [ToolEntry] {
        _ = try entry(id)
        return [ToolEntry(name: "\(id)::t", listedName: "\(id)__t", title: nil, description: nil, inputSchema: nil, annotations: nil)]
    }
    func changes(of id: String, tool: String?) async throws -> [ToolChange] {
        _ = try entry(id)
        try note("changes \(id) \(tool ?? "-")")
        return []
    }
    func findings(of id: String) async throws -> [ToolFinding] {
        _ = try entry(id)
        return []
    }
    func accept(_ acceptance: ToolAcceptance, of id: String) async throws -> AcceptedTools {
        _ = try entry(id)
        try note("accept \(id) \(acceptance.tools.map { "\($0.tool)=\($0.digest)" }.joined(separator: ","))")
        return AcceptedTools(server: id, accepted: acceptance.tools.map(\.tool), waiting: 0)
    }
    func capabilities(of id: String) async throws -> [CapabilityEntry] {
        _ = try entry(id)
        return [CapabilityEntry(server: id, kind: "tool", name: "t", exposed: true, danger: "silent", suggestedDanger: "approval")]
    }
    func setCapability(of id: String, _ patch: CapabilityPatch) async throws -> CapabilityEntry {
        _ = try entry(id)
        try note("set \(id) \(patch.kind) \(patch.name) \(patch.exposed.map(String.init) ?? "-") \(patch.danger ?? "-")")
        return CapabilityEntry(
            server: id, kind: patch.kind, name: patch.name, exposed: patch.exposed ?? true, danger: patch.danger, suggestedDanger: nil)
    }
    func rights(of user: String, server: String?) async throws -> [RightEntry] {
        try note("rights \(user) \(server ?? "-")")
        return [true, false].map {
            RightEntry(
                server: "s", kind: "tool", name: "t", allowed: $0, layer: "admin", why: "", danger: "silent", dangerLayer: nil)
        }
    }
    func call(_ id: String, tool: String, arguments: [UInt8]?, as principal: Principal) async throws -> [UInt8] {
        try note("call \(id) \(tool) \(arguments.map { String(decoding: $0, as: UTF8.self) } ?? "-") \(principal.userID)")
        calls.send(tool)
        if holdsCalls.isUp {
            let never = AsyncStream<Void> { _ in }
            for await _ in never {}
            throw CancellationError()
        }
        return Array(#"{"content":[ {"type":"text","text":"1.10"} ],"x":1.0}"#.utf8)
    }
    func logs(of id: String, last count: Int, follow: Bool) async throws -> AsyncStream<LogLine> {
        _ = try entry(id)
        try note("logs \(id) \(count) \(follow)")
        let old = (0..<min(count, 2)).map { LogLine(time: Timestamp(milliseconds: 0), stream: "stderr", line: "old \($0)") }
        return news.stream(beginning: old, follow: follow)
    }
    func which(tool name: String) async throws -> ToolIdentity {
        ToolIdentity(name: "s::" + name, listedName: "s__" + name, server: "s", tool: name)
    }
}

final class FakeSecrets: SecretOperations {
    private let values = Mutex<[String: SecretBytes]>([:])
    private let users = Mutex<[String: [String]]>([:])

    func size(of name: String) -> Int? { values.withLock { $0[name]?.count } }
    func use(_ name: String, by servers: [String]) { users.withLock { $0[name] = servers } }

    private func entry(_ name: String) -> SecretEntry? {
        guard let value = values.withLock({ $0[name] }) else { return nil }
        let moment = Timestamp(milliseconds: 0)
        return SecretEntry(
            name: name, version: 1, bytes: value.count, createdAt: moment, updatedAt: moment, usedBy: users.withLock { $0[name] ?? [] })
    }
    func secrets() async throws -> [SecretEntry] { values.withLock { $0.keys.sorted() }.compactMap(entry) }
    func secret(_ name: String) async throws -> SecretEntry? { entry(name) }
    func set(_ name: String, value: SecretBytes) async throws -> SecretEntry {
        values.withLock { $0[name] = value }
        guard let entry = entry(name) else { throw AdminError(.internal, "lost") }
        return entry
    }
    func remove(_ name: String) async throws -> Bool { values.withLock { $0.removeValue(forKey: name) != nil } }
    func reveal(_ name: String) async throws -> SecretBytes? { values.withLock { $0[name] } }
    func usedBy(_ name: String) async throws -> [String] { users.withLock { $0[name] ?? [] } }
}

final class FakeAudit: AuditOperations {
    let news = Broadcast<[UInt8]>()
    private let queries = Mutex<[AuditQuery]>([])

    var asked: [AuditQuery] { queries.withLock { $0 } }

    func tail(last count: Int, follow: Bool) async throws -> AsyncStream<[UInt8]> {
        news.stream(beginning: (0..<min(count, 3)).map { Array(#"{"seq":\#($0)}"#.utf8) }, follow: follow)
    }
    func query(_ query: AuditQuery) async throws -> AsyncStream<[UInt8]> {
        queries.withLock { $0.append(query) }
        return news.stream(beginning: [Array(#"{"seq":7}"#.utf8)], follow: false)
    }
    func export(_ query: AuditQuery, format: String) async throws -> @Sendable () async throws -> [UInt8]? {
        queries.withLock { $0.append(query) }
        let left = Mutex(3)
        // Breaks off where it is told to.
        return {
            let number = left.withLock { left in
                defer { left -= 1 }
                return left
            }
            if query.user == "broken", number < 2 { throw AdminError(.failed, "the disk is gone") }
            return number > 0 ? Array("\(format)\(number)\n".utf8) : nil
        }
    }
    func figures(_ query: AuditQuery, buckets: Int, top: Int) async throws -> AuditFigures {
        queries.withLock { $0.append(query) }
        var figures = AuditFigures(from: Timestamp(milliseconds: 0), to: Timestamp(milliseconds: 1000), bucketSeconds: Int64(buckets))
        figures.calls = Int64(top)
        return figures
    }
    func verify(against anchors: [String]) async throws -> AuditVerdict {
        AuditVerdict(
            ok: true, records: 3, head: "ab", firstBad: nil,
            anchors: anchors.isEmpty ? nil : .init(checked: anchors.count, removed: 0, newest: nil, bad: nil))
    }
    func anchor(put: Bool) async throws -> AuditAnchorState {
        AuditAnchorState(
            anchor: RawJSON(trusted: Array(#"{"seq":3}"#.utf8)),
            places: [.init(place: "the file /a", seq: put ? 3 : nil, at: nil, error: nil)])
    }
    func webhook() async throws -> AuditWebhookState { AuditWebhookState(url: "https://siem.example", delivered: 7, waiting: 2) }
    func testWebhook() async throws -> AuditWebhookTest { AuditWebhookTest(url: "https://siem.example", status: 204) }
}

/// Keeps acts, refuses them, or holds them back.
final class FakeRecorder: ActRecorder {
    struct DiskFull: Error {}
    enum Mode { case writable, notWritable, failing, holding }
    private let mode = Mutex(Mode.writable)
    private let kept = Mutex<[AdminAct]>([])
    let arrived = Broadcast<Void>()
    let release = Flag()

    func set(_ new: Mode) { mode.withLock { $0 = new } }
    var acts: [AdminAct] { kept.withLock { $0 } }
    var isWritable: Bool { mode.withLock { $0 } != .notWritable }
    func record(_ act: AdminAct) async throws {
        switch mode.withLock({ $0 }) {
        case .failing, .notWritable: throw DiskFull()
        case .holding:
            arrived.send(())
            while !release.isUp { await Task.yield() }
        case .writable: break
        }
        kept.withLock { $0.append(act) }
        arrived.send(())
    }
}

struct FakeStatus: StatusSource {
    func status() async throws -> GatewayStatus {
        GatewayStatus(
            version: "1.2.3", pid: 1, uptimeSeconds: 5, sealed: false, listen: [], socket: "/s", servers: .init(), sessions: 0,
            pendingApprovals: 0, callsPerSecond: 0, latency: .init(), rssBytes: 1, problems: [])
    }
}
