/// Where servers are kept. Definitions come and go sealed.
package protocol ServerStore: Sendable {
    /// All servers, by id.
    func all() async throws -> [StoredServer]
    /// Adds a server. False: the id is taken.
    func insert(_ server: StoredServer) async throws -> Bool
    /// Replaces the definition if its version still is `expected`. False: somebody else was faster, or it is gone.
    func update(_ server: StoredServer, expected: Int) async throws -> Bool
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
}
