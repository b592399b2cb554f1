internal import PetaIdentity

/// What decisions are made from: immutable, swapped on every loop when something changes.
final class Snapshot: Sendable {
    let identity: IdentitySnapshot
    let catalog: Catalog

    init(identity: IdentitySnapshot, catalog: Catalog) {
        self.identity = identity
        self.catalog = catalog
    }

    /// Indexes of the servers that this principal may use, rising.
    func servers(for principal: Principal) -> [Int] {
        catalog.listings.indices.filter { Seam.maySee(principal, catalog.listings[$0]) }
    }
}
