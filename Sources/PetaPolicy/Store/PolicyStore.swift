/// Where policy sets and all their versions are kept. Calls may block.
package protocol PolicyStore: Sendable {
    /// Every set that was not removed, as of one moment. Blocks.
    func load() throws -> [PolicySetRecord]

    /// The changes of a set without their texts, newest first; also of one that was removed.
    func history(_ name: String) async throws -> [PolicyChange]

    /// One change of a set with the text that it put into force or took out of it; nil where there was none.
    func version(_ name: String, _ version: Int) async throws -> (change: PolicyChange, text: String)?

    /// Runs `body` on all sets in one transaction and stores what it gives, if anything. `committed` runs with all sets after the commit
    /// and before the next change starts.
    func change<Value: Sendable>(
        _ body: @escaping @Sendable ([PolicySetRecord], PolicyVersions) throws -> (Value, PolicyWrite?),
        committed: @escaping @Sendable ([PolicySetRecord]) throws -> Void
    ) async throws -> Value
}

/// Tells the last version that a name had, also of a set that was removed; 0 for none.
package typealias PolicyVersions = (String) throws -> Int

/// One change to be stored.
package struct PolicyWrite: Sendable {
    let name: String
    let change: PolicyChange
    let text: String
}
