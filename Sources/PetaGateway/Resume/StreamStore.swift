internal import Foundation
internal import Synchronization

/// What the streams of all sessions share: the bounds, the memory that they hold together, the journal.
package final class StreamStore: Sendable {
    private let own: StreamLimits
    /// Bytes that all logs together may hold.
    private let memory: Int
    private let held = Atomic<Int>(0)
    private let holders = Atomic<Int>(0)
    private let numbers = Atomic<UInt64>(0)
    private let opened = AtomicLazyReference<SessionJournal>()
    /// Seconds since 1970.
    let clock: @Sendable () -> Int64
    /// Asks for `SessionKeeper.keepUp` soon.
    let wantsUpkeep: @Sendable () -> Void

    package init(
        limits: StreamLimits, memory: Int = 128 << 20, clock: @escaping @Sendable () -> Int64 = { Int64(time(nil)) },
        wantsUpkeep: @escaping @Sendable () -> Void
    ) {
        own = limits
        self.memory = memory
        self.clock = clock
        self.wantsUpkeep = wantsUpkeep
    }

    /// Nil before the start, and where nothing is to outlive the process.
    var journal: SessionJournal? { opened.load() }

    /// Once, before anyone is served.
    func use(_ journal: SessionJournal) { _ = opened.storeIfNil(journal) }

    /// A number for a session in the journal of this run.
    func nextNumber() -> UInt64 { numbers.wrappingAdd(1, ordering: .relaxed).newValue }

    /// The bounds of one session at this moment. When half of the memory is taken everyone has an equal share of that half, so that
    /// one client's flood does not cost others their events.
    package var limits: StreamLimits {
        let all = held.load(ordering: .relaxed)
        guard all > memory / 2 else { return own }
        var less = own
        less.bytes = min(own.bytes, max(0, memory / 2) / max(1, holders.load(ordering: .relaxed)))
        return less
    }

    /// A log has changed its size.
    package func account(from before: Int, to after: Int) {
        guard before != after else { return }
        if before == 0 { holders.wrappingAdd(1, ordering: .relaxed) }
        if after == 0 { holders.wrappingSubtract(1, ordering: .relaxed) }
        let all = held.wrappingAdd(after - before, ordering: .relaxed).newValue
        if after > before, all > memory / 4 * 3 { wantsUpkeep() }
    }
}
