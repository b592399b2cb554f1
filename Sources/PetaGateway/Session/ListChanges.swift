internal import PetaCrypto
internal import PetaDownstream
internal import PetaIdentity

/// Which lists are others than before, for one principal after the other. What a change did not touch is not looked at: where rights
/// changed only the users concerned, where a server changed only that server, and each pair of views once.
struct ListChanges {
    private let old: Snapshot
    private let new: Snapshot
    /// Servers that came, went, or offer or expose something else.
    private let changedServers: [String]
    private let allServers: [String]
    private var known: [Pair: [ListKind]] = [:]
    private var compared: [Comparison: [ListKind]] = [:]
    private var differences: [Difference: (gone: [ServerListing.Item], come: [ServerListing.Item])] = [:]

    private struct Difference: Hashable {
        let server: String
        let kind: ListKind
        let form: ListForm
    }

    /// One principal, before and after.
    private struct Pair: Hashable {
        let before: ObjectIdentifier?
        let after: ObjectIdentifier
        let form: ListForm
    }

    /// How much of one server is seen.
    private enum Glance: Hashable {
        case nothing
        case whole
        case part(SHA256Digest)
    }

    private struct Comparison: Hashable {
        let server: String
        let before: Glance
        let after: Glance
        let form: ListForm
    }

    init(from old: Snapshot, to new: Snapshot) {
        self.old = old
        self.new = new
        let ids = Set(old.catalog.listings.map(\.handle.id)).union(new.catalog.listings.map(\.handle.id))
        allServers = Array(ids)
        changedServers =
            old.catalog === new.catalog ? [] : ids.filter { Self.listing($0, old.catalog) !== Self.listing($0, new.catalog) }
    }

    /// The lists that this principal now sees otherwise. `before`: what it was in the old snapshot, if anything.
    mutating func kinds(_ before: Principal?, _ after: Principal, _ form: ListForm) -> [ListKind] {
        let servers = before === after ? changedServers : allServers
        guard !servers.isEmpty else { return [] }
        let pair = Pair(before: before.map(ObjectIdentifier.init), after: ObjectIdentifier(after), form: form)
        if let found = known[pair] { return found }
        var found: Set<ListKind> = []
        for server in servers { found.formUnion(compare(server, before, after, form)) }
        let sorted = ListKind.allCases.filter(found.contains)
        known[pair] = sorted
        return sorted
    }

    private mutating func compare(_ server: String, _ before: Principal?, _ after: Principal, _ form: ListForm) -> [ListKind] {
        let was = Self.listing(server, old.catalog)
        let now = Self.listing(server, new.catalog)
        let comparison = Comparison(server: server, before: Self.glance(before, was), after: Self.glance(after, now), form: form)
        if was === now, comparison.before == comparison.after { return [] }
        if let found = compared[comparison] { return found }
        let found: [ListKind]
        if let was, let now, let before, comparison.before == comparison.after,
            was.handle.definition.publicAccess == now.handle.definition.publicAccess
        {
            // Seen by the same rights: what both have alike looks as it did, so that the rest alone is looked at, however much there is.
            found = ListKind.allCases.filter { kind in
                let (gone, come) = difference(was, now, kind, form)
                return gone.contains { Seam.maySee(before, was, $0.sought.kind, $0.sought.name) }
                    || come.contains { Seam.maySee(after, now, $0.sought.kind, $0.sought.name) }
            }
        } else {
            found = ListKind.allCases.filter { kind in
                let left = before.flatMap { was?.items(kind, for: $0) } ?? []
                let right = now?.items(kind, for: after) ?? []
                return left.count != right.count || zip(left, right).contains { !Self.isSame($0, $1, form) }
            }
        }
        compared[comparison] = found
        return found
    }

    /// Entries that only one of two listings has, or that look otherwise. Both are in the order of their keys.
    private mutating func difference(
        _ was: ServerListing, _ now: ServerListing, _ kind: ListKind, _ form: ListForm
    ) -> (gone: [ServerListing.Item], come: [ServerListing.Item]) {
        let key = Difference(server: now.handle.id, kind: kind, form: form)
        if let found = differences[key] { return found }
        var gone: [ServerListing.Item] = []
        var come: [ServerListing.Item] = []
        let (left, right) = (was.items[kind.rawValue], now.items[kind.rawValue])
        var (i, j) = (0, 0)
        while i < left.count || j < right.count {
            if i < left.count, j < right.count, left[i].key == right[j].key {
                if !Self.isSame(left[i], right[j], form) {
                    gone.append(left[i])
                    come.append(right[j])
                }
                i += 1
                j += 1
            } else if j == right.count || i < left.count && left[i].key < right[j].key {
                gone.append(left[i])
                i += 1
            } else {
                come.append(right[j])
                j += 1
            }
        }
        differences[key] = (gone, come)
        return (gone, come)
    }

    private static func isSame(_ left: ServerListing.Item, _ right: ServerListing.Item, _ form: ListForm) -> Bool {
        left.bytes(qualified: false, form: form) == right.bytes(qualified: false, form: form)
    }

    private static func listing(_ id: String, _ catalog: Catalog) -> ServerListing? { catalog.index(of: id).map { catalog.listings[$0] } }

    private static func glance(_ principal: Principal?, _ listing: ServerListing?) -> Glance {
        guard let principal, let listing, Seam.maySee(principal, listing) else { return .nothing }
        return principal.finer(at: listing.handle.id).map { .part($0.fingerprint) } ?? .whole
    }
}
