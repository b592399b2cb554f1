package import PetaAdminAPI

/// What waits, and whose turn it is: requesters in turn, each one's oldest first, what was skipped last. Nobody's flood delays another
/// by more than one request.
package struct ReviewQueue: Sendable {
    private struct Item {
        let id: String
        let user: String
        var expiresAt: Timestamp
        /// Nil beyond what is kept; it is asked for when its turn comes.
        var entry: ApprovalEntry?
        var skips = 0
        let order: Int
        var epoch: Int
    }

    private var items: [String: Item] = [:]
    /// The ids of each requester.
    private var byUser: [String: Set<String>] = [:]
    /// When a requester was served last; grows.
    private var turns: [String: Int] = [:]
    private var turn = 0
    private var arrivals = 0
    private var kept = 0
    private var epoch = 0
    /// So many are held whole.
    private let most: Int
    private static let mostTurns = 10_000

    package init(holding most: Int = 1000) { self.most = most }

    package var count: Int { items.count }
    package func contains(_ id: String) -> Bool { items[id] != nil }
    package func count(of user: String) -> Int { byUser[user]?.count ?? 0 }
    package func entry(_ id: String) -> ApprovalEntry? { items[id]?.entry }

    /// Adds one, or what is new about it.
    package mutating func put(_ entry: ApprovalEntry) {
        if var item = items[entry.id] {
            if item.entry != nil { item.entry = entry }
            item.expiresAt = entry.expiresAt
            item.epoch = epoch
            items[entry.id] = item
            return
        }
        arrivals += 1
        let isKept = kept < most
        if isKept { kept += 1 }
        items[entry.id] = Item(
            id: entry.id, user: entry.user, expiresAt: entry.expiresAt, entry: isKept ? entry : nil, order: arrivals, epoch: epoch)
        byUser[entry.user, default: []].insert(entry.id)
    }

    package mutating func remove(_ id: String) {
        guard let item = items.removeValue(forKey: id) else { return }
        if item.entry != nil { kept -= 1 }
        byUser[item.user]?.remove(id)
        if byUser[item.user]?.isEmpty ?? false {
            byUser[item.user] = nil
            // Who comes back has not got a turn more for it; kept within reason.
            if turns.count > Self.mostTurns { turns = turns.filter { byUser[$0.key] != nil } }
        }
    }

    /// Everything will be told again from here on.
    package mutating func begin() { epoch += 1 }

    /// Everything was told again: forgets what was not, and says which that was.
    package mutating func settle() -> [String] {
        let gone = items.values.filter { $0.epoch != epoch }.map(\.id)
        for id in gone { remove(id) }
        return gone
    }

    /// Forgets what can no longer be decided, and says which that was.
    package mutating func expire(_ now: Timestamp) -> [String] {
        let gone = items.values.filter { $0.expiresAt <= now }.map(\.id)
        for id in gone { remove(id) }
        return gone
    }

    /// The request whose turn it is, and its requester's turn is over with it. Nil where nothing waits.
    package mutating func next() -> String? {
        let first = byUser.min { left, right in
            let (a, b) = (turns[left.key] ?? 0, turns[right.key] ?? 0)
            return a != b ? a < b : oldest(left.value) < oldest(right.value)
        }
        guard let (user, ids) = first else { return nil }
        turn += 1
        turns[user] = turn
        return ids.compactMap { items[$0] }.min { ($0.skips, $0.order) < ($1.skips, $1.order) }?.id
    }

    /// Puts a request behind the others of its requester.
    package mutating func skip(_ id: String) { items[id]?.skips += 1 }

    /// One line of the list: a requester with how many wait and the first of them.
    package struct Group: Equatable, Sendable {
        package let user: String
        package let count: Int
        /// Of those that are held whole, in their order.
        package let entries: [ApprovalEntry]
    }

    /// What waits by requester, in the order of turns; of each requester the first so many.
    package func groups(showing most: Int) -> [Group] {
        byUser.sorted { left, right in
            let (a, b) = (turns[left.key] ?? 0, turns[right.key] ?? 0)
            return a != b ? a < b : oldest(left.value) < oldest(right.value)
        }.map { user, ids in
            let own = ids.compactMap { items[$0] }.sorted { ($0.skips, $0.order) < ($1.skips, $1.order) }
            return Group(user: user, count: own.count, entries: own.lazy.compactMap(\.entry).prefix(most).map { $0 })
        }
    }

    private func oldest(_ ids: Set<String>) -> Int { ids.reduce(Int.max) { min($0, items[$1]?.order ?? .max) } }
}
