internal import NIOCore
internal import PetaDownstream
internal import PetaIdentity
internal import Synchronization

/// Makes the next snapshot and puts it in place on every loop, one change at a time.
actor Refresher {
    private let contexts: [LoopContext]
    private let servers: Servers
    private let identity: Identity
    private let shared: GatewayShared
    private var listings: [String: ServerListing] = [:]
    private var current: Snapshot?
    private var last: Task<Void, Never>?
    private nonisolated let sample = Mutex<[(at: NIODeadline, calls: UInt64)]>([])

    init(contexts: [LoopContext], servers: Servers, identity: Identity, shared: GatewayShared) {
        self.contexts = contexts
        self.servers = servers
        self.identity = identity
        self.shared = shared
    }

    /// Returns when a snapshot that knows everything of before the call is in place. One at a time, in order.
    func run() async {
        let before = last
        let next = Task {
            await before?.value
            await self.once()
        }
        last = next
        await next.value
    }

    private func once() async {
        let table = await servers.table()
        var made: [String: ServerListing] = [:]
        for entry in table {
            let exposure = shared.exposure(entry.handle.id)
            if let old = listings[entry.handle.id], old.handle === entry.handle, old.capabilities == entry.capabilities,
                old.withheld == entry.withheld
            {
                made[entry.handle.id] = old.exposure == exposure ? old : ServerListing(old, exposure)
            } else {
                made[entry.handle.id] = ServerListing(entry, exposure)
            }
        }
        listings = made
        let ordered = table.compactMap { made[$0.handle.id] }
        let catalog: Catalog
        if let current, current.catalog.listings.count == ordered.count, zip(current.catalog.listings, ordered).allSatisfy({ $0 === $1 }) {
            catalog = current.catalog
        } else {
            catalog = Catalog(ordered)
        }
        shared.catalog.withLock { $0 = catalog }
        let before = current
        let next = Snapshot(identity: identity.snapshot, catalog: catalog, policy: shared.policy(), network: shared.network())
        current = next
        let settings = shared.current
        for context in contexts {
            await withCheckedContinuation { done in
                context.loop.execute {
                    context.snapshot = next
                    context.settings = settings
                    if next.network.mode == .enforce { for connection in context.openConnections { connection.judge(next.network) } }
                    done.resume()
                }
            }
        }
        if let before { Announcer.changes(from: before, to: next, shared) }
    }

    /// Calls a second since a sample about ten seconds old.
    nonisolated func rate(_ calls: UInt64) -> Double {
        let now = NIODeadline.now()
        return sample.withLock { samples in
            samples.append((now, calls))
            while samples.count > 2, now - samples[1].at >= .seconds(10) { samples.removeFirst() }
            guard let first = samples.first, now > first.at, calls >= first.calls else { return 0 }
            return Double(calls - first.calls) / (Double((now - first.at).nanoseconds) / 1e9)
        }
    }
}
