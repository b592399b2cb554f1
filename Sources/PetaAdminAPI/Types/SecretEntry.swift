/// One secret in `GET /v1/secrets` and `GET /v1/secrets/{name}`: everything but its value.
package struct SecretEntry: Codable, Sendable, Equatable {
    package var name: String
    /// Rises by one with each new value, from 1.
    package var version: Int
    /// Size of the value in bytes.
    package var bytes: Int
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    /// The servers whose definition names it, and `setting KEY` for each setting that does.
    package var usedBy: [String]

    package init(name: String, version: Int, bytes: Int, createdAt: Timestamp, updatedAt: Timestamp, usedBy: [String]) {
        self.name = name
        self.version = version
        self.bytes = bytes
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.usedBy = usedBy
    }
}
