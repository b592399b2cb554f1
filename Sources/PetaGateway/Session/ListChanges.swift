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
        let found = ListKind.allCases.filter { kind in
            let left = before.flatMap { was?.items(kind, for: $0) } ?? []
            let right = now?.items(kind, for: after) ?? []
            return left.count != right.count
                || zip(left, right).contains { $0.bytes(qualified: false, form: form) != $1.bytes(qualified: false, form: form) }
        }
        compared[comparison] = found
        return found
    }

    private static func listing(_ id: String, _ catalog: Catalog) -> ServerListing? { catalog.index(of: id).map { catalog.listings[$0] } }

    private static func glance(_ principal: Principal?, _ listing: ServerListing?) -> Glance {
        guard let principal, let listing, Seam.maySee(principal, listing) else { return .nothing }
        return principal.finer(at: listing.handle.id).map { .part($0.fingerprint) } ?? .whole
    }
}
