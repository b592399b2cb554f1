internal import NIOCore
internal import PetaCrypto
internal import PetaWire
internal import Synchronization

/// All sessions, in shards, so that no call waits for another's.
final class SessionTable: Sendable {
    private static let shardCount = 64
    private let shards: [Shard]
    private let total = Atomic<Int>(0)
    private let perUser = Mutex<[String: Int]>([:])
    private let limit: Int
    private let userLimit: Int

    private final class Shard: Sendable {
        let sessions = Mutex<[Key: Session]>([:])
    }

    /// 256 bits, as numbers: nothing is allocated to look one up.
    struct Key: Hashable {
        let a: UInt64, b: UInt64, c: UInt64, d: UInt64, e: UInt64, f: UInt64

        /// The key of an id of exactly 43 bytes; others cannot be ids.
        init?(_ bytes: UnsafeRawBufferPointer) {
            guard bytes.count == 43 else { return nil }
            a = bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
            b = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            c = bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
            d = bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
            e = bytes.loadUnaligned(fromByteOffset: 32, as: UInt64.self)
            f = bytes.loadUnaligned(fromByteOffset: 35, as: UInt64.self)
        }

        var shard: Int { Int(truncatingIfNeeded: ((a ^ c ^ e) &* 0x9E37_79B9_7F4A_7C15) >> 58) }
    }

    private let demand: LogDemand
    private let ended: @Sendable (Session) -> Void

    /// `ended` is called for each session that was taken out.
    init(limit: Int, userLimit: Int, demand: LogDemand, ended: @escaping @Sendable (Session) -> Void) {
        self.demand = demand
        self.ended = ended
        self.limit = limit
        self.userLimit = userLimit
        shards = (0..<Self.shardCount).map { _ in Shard() }
    }

    var count: Int { total.load(ordering: .relaxed) }

    private static func key(_ id: String) -> Key? {
        var id = id
        return id.withUTF8 { Key(UnsafeRawBufferPointer($0)) }
    }

    /// Makes a session. Nil: one of the limits is reached.
    func make(_ build: (_ id: String) -> Session) -> Session? {
        let session = build(Random.base64URL(bytes: 32))
        guard insert(session) else { return nil }
        session.streams.begin(session.image)
        return session
    }

    /// Brings back a session of before a restart. False: one of the limits is reached.
    func restore(_ session: Session) -> Bool {
        guard insert(session) else { return false }
        demand.remember(session)
        return true
    }

    private func insert(_ session: Session) -> Bool {
        guard let key = Self.key(session.id) else { return false }
        let allowed = perUser.withLock { counts in
            guard counts[session.userID, default: 0] < userLimit, total.load(ordering: .relaxed) < limit else { return false }
            counts[session.userID, default: 0] += 1
            total.wrappingAdd(1, ordering: .relaxed)
            return true
        }
        guard allowed else { return false }
        shards[key.shard].sessions.withLock { $0[key] = session }
        return true
    }

    /// The live session with this id.
    func find(_ id: UnsafeRawBufferPointer) -> Session? {
        guard let key = Key(id) else { return nil }
        return shards[key.shard].sessions.withLock { $0[key] }
    }

    /// Takes a session out and ends it.
    func remove(_ session: Session) {
        guard let key = Self.key(session.id), shards[key.shard].sessions.withLock({ $0.removeValue(forKey: key) }) != nil else { return }
        perUser.withLock { counts in
            let left = counts[session.userID, default: 1] - 1
            counts[session.userID] = left > 0 ? left : nil
        }
        total.wrappingSubtract(1, ordering: .relaxed)
        session.end()
        demand.forget(session)
        ended(session)
    }

    /// Ends every session for which `condition` holds.
    func removeAll(where condition: (Session) -> Bool) {
        for session in all() where condition(session) { remove(session) }
    }

    /// All sessions, as they are at this moment.
    func all() -> [Session] {
        shards.flatMap { shard in shard.sessions.withLock { Array($0.values) } }
    }
}
