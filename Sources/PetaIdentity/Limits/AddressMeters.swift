package import PetaWire
import Synchronization

/// What each address has used of a rate; of IPv6 each /64, since that is what one customer has.
///
/// Memory is bounded: at most ``capacity`` addresses are known. When there are more, those that used nothing in their window are
/// forgotten first, then the quietest: whoever floods from many addresses does not get the loudest ones forgotten.
package final class AddressMeters: Sendable {
    private struct Shard {
        var windows: [IPAddress: SlidingWindow] = [:]
    }
    private final class Bucket: Sendable {
        let shard = Mutex(Shard())
    }
    private let buckets: [Bucket]
    private let share: Int

    /// Addresses that are known at once, some 10 MiB in all.
    package static let capacity = 65_536
    private static let shardCount = 64

    /// - Parameter capacity: how many addresses are known at once, to within the number of shards.
    package init(capacity: Int = AddressMeters.capacity) {
        buckets = (0..<Self.shardCount).map { _ in Bucket() }
        share = max(8, capacity / Self.shardCount)
    }

    /// What an address is counted as.
    package static func key(_ address: IPAddress) -> IPAddress { address.isV6 ? address.prefix(64) : address }

    /// As ``SlidingWindow/admit(_:now:)``, for one address.
    package func admit(_ address: IPAddress, _ limit: RateLimit, now: UInt64) -> UInt64? {
        guard !limit.isNone else { return nil }
        let key = Self.key(address)
        return bucket(key).shard.withLock { shard in
            if shard.windows[key] == nil, shard.windows.count >= share { Self.makeRoom(&shard, share, now) }
            return shard.windows[key, default: SlidingWindow()].admit(limit, now: now)
        }
    }

    /// As ``SlidingWindow/giveBack()``, for one address.
    package func giveBack(_ address: IPAddress) {
        let key = Self.key(address)
        bucket(key).shard.withLock { $0.windows[key]?.giveBack() }
    }

    /// Addresses that are known.
    package var count: Int { buckets.reduce(0) { $0 + $1.shard.withLock { $0.windows.count } } }

    private func bucket(_ key: IPAddress) -> Bucket {
        buckets[Int(truncatingIfNeeded: UInt(bitPattern: key.hashValue) % UInt(Self.shardCount))]
    }

    /// An eighth at a time, so that looking for the quietest costs little for each that comes.
    private static func makeRoom(_ shard: inout Shard, _ share: Int, _ now: UInt64) {
        shard.windows = shard.windows.filter { !$0.value.isEmpty(now: now) }
        let most = share - share / 8
        guard shard.windows.count > most else { return }
        let quietest = shard.windows.map { ($0.key, $0.value.count) }.sorted { $0.1 < $1.1 }
        for (key, _) in quietest.prefix(shard.windows.count - most) { shard.windows[key] = nil }
    }
}
