/// Where servers are kept. Definitions come and go sealed; they are sealed inside the transaction that stores them, with the key of that moment.
package protocol ServerStore: Sendable {
    /// All servers, by id.
    func all() async throws -> [StoredServer]
    /// Adds a server. False: the id is taken.
    func insert(_ id: String, version: Int, _ seal: @escaping @Sendable () throws -> [UInt8]) async throws -> Bool
    /// Replaces the definition if its version still is `expected`. False: somebody else was faster, or it is gone.
    func update(_ id: String, version: Int, expected: Int, _ seal: @escaping @Sendable () throws -> [UInt8]) async throws -> Bool
    /// Removes a server and what is known of it. False: there is none.
    func remove(_ id: String) async throws -> Bool
    /// Keeps what a server offers.
    func save(_ capabilities: [UInt8], server: String) async throws
}

/// A server as it is kept.
package struct StoredServer: Sendable {
    /// Its id.
    package var id: String
    /// Rises with each change; part of what the seal is bound to.
    package var version: Int
    /// The sealed definition.
    package var sealed: [UInt8]
    /// What it offers, as a document; nil before the first start.
    package var capabilities: [UInt8]?

    package init(id: String, version: Int, sealed: [UInt8], capabilities: [UInt8]?) {
        self.id = id
        self.version = version
        self.sealed = sealed
        self.capabilities = capabilities
    }
}
