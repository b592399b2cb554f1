internal import PetaDownstream
internal import PetaIdentity
internal import PetaPolicy
internal import PetaWire

/// What decisions are made from: immutable, swapped on every loop when something changes.
final class Snapshot: Sendable {
    let identity: IdentitySnapshot
    let catalog: Catalog
    let policy: CompiledPolicy
    let network: AddressList

    init(identity: IdentitySnapshot, catalog: Catalog, policy: CompiledPolicy, network: AddressList) {
        self.identity = identity
        self.catalog = catalog
        self.policy = policy
        self.network = network
    }

    /// What this principal is told of tasks of 2025-11-25; nil where no server that it may use has them. Never `list`: a connection that
    /// many users share would show each the tasks of all.
    func tasks(for principal: Principal) -> JSON? {
        let able = listings(withTasksOf: principal, modern: false)
        guard !able.isEmpty else { return nil }
        var told: JSON = able.contains { $0.capabilities.cancelsTasks } ? ["cancel": [:]] : [:]
        told.set(key: "requests", value: ["tools": ["call": [:]]])
        return told
    }

    /// True where this principal is told of tasks of the modern era: a server has them, or calls wait for people, which is a task too.
    func hasModernTasks(for principal: Principal) -> Bool {
        policy.asksPeople || catalog.listings.contains { $0.exposure.levels.values.contains(.approval) } || principal.raisesToApproval
            || !listings(withTasksOf: principal, modern: true).isEmpty
    }

    /// Servers with tasks of one era that this principal may use.
    func listings(withTasksOf principal: Principal, modern: Bool) -> [ServerListing] {
        guard catalog.hasTasks(modern: modern) else { return [] }
        return servers(for: principal).map { catalog.listings[$0] }.filter { $0.capabilities.hasTasks(modern: modern) }
    }

    /// Indexes of the servers of which this principal may use anything, rising.
    private func servers(for principal: Principal) -> [Int] {
        catalog.listings.indices.filter { Seam.maySee(principal, catalog.listings[$0]) }
    }

    /// A server of an earlier snapshot as it is now: other settings may hold by now.
    func present(_ server: ServerListing) -> ServerListing {
        catalog.index(of: server.handle.id).map { catalog.listings[$0] } ?? server
    }
}
