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
    private var numbers = 0
    private nonisolated let sample = Mutex<[(at: NIODeadline, calls: UInt64)]>([])

    init(contexts: [LoopContext], servers: Servers, identity: Identity, shared: GatewayShared) {
        self.contexts = contexts
        self.servers = servers
        self.identity = identity
        self.shared = shared
    }

    func run() async {
        let table = await servers.table()
        // After the wait everything is read anew; a run that overtakes another one brings at least as much.
        var made: [String: ServerListing] = [:]
        for entry in table {
            if let old = listings[entry.handle.id], old.handle === entry.handle, old.capabilities == entry.capabilities {
                made[entry.handle.id] = old
            } else {
                made[entry.handle.id] = ServerListing(entry)
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
        let before = current
        let next = Snapshot(identity: identity.snapshot, catalog: catalog)
        current = next
        numbers += 1
        let number = numbers
        for context in contexts {
            await withCheckedContinuation { done in
                context.loop.execute {
                    // Runs can overlap while they wait: an older snapshot never replaces a newer one.
                    if number > context.snapshotNumber {
                        context.snapshot = next
                        context.snapshotNumber = number
                    }
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
