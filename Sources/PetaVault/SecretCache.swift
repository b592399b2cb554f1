package import PetaCrypto

/// Opened values in memory. A value that was read while another was being set is never kept.
package struct SecretCache {
    private var values: [String: SecretBytes] = [:]
    /// Rises whenever something is forgotten. Note it before reading the database.
    package private(set) var generation: UInt64 = 0

    /// Nothing is known.
    package init() {}

    /// The value, if it is known.
    package func value(_ name: String) -> SecretBytes? { values[name] }

    /// Keeps a value that was read since `generation`; drops it when something was set meanwhile.
    package mutating func keep(_ value: SecretBytes, name: String, readAt generation: UInt64) {
        guard generation == self.generation else { return }
        values[name] = value
    }

    /// Forgets a name. Call it after the commit.
    package mutating func forget(_ name: String) {
        generation &+= 1
        values[name] = nil
    }

    /// Forgets all names.
    package mutating func forgetAll() {
        generation &+= 1
        values = [:]
    }
}
