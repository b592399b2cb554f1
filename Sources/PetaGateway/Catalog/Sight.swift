internal import PetaCrypto
internal import PetaDownstream
internal import PetaIdentity

/// What one principal sees of a catalog: of which servers anything, and of which of them perhaps not everything. Equal for all who see the
/// same.
struct Sight: Hashable {
    /// Indexes of the servers, rising.
    let servers: [Int]
    /// What is seen of those of which perhaps not everything is.
    private let parts: [Int: SHA256Digest]

    init(_ principal: Principal, _ catalog: Catalog) {
        servers = catalog.listings.indices.filter { Seam.maySee(principal, catalog.listings[$0]) }
        var parts: [Int: SHA256Digest] = [:]
        if !principal.finer.isEmpty {
            for server in servers {
                if let fine = principal.finer(at: catalog.listings[server].handle.id) { parts[server] = fine.fingerprint }
            }
        }
        self.parts = parts
    }
}

extension ServerListing {
    /// What of one kind this principal may see, in order.
    func items(_ kind: ListKind, for principal: Principal) -> [Item] {
        let items = items[kind.rawValue]
        guard principal.finer(at: handle.id) != nil else { return Seam.maySee(principal, self) ? items : [] }
        return items.filter { Seam.maySee(principal, self, $0.sought.kind, $0.sought.name) }
    }
}
