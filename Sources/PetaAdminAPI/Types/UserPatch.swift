/// The body of `PATCH /v1/users/{id}`: only what changes. A member that is absent (nil) stays as it is.
package struct UserPatch: Sendable, Equatable {
    package var name: String?
    /// An empty text removes the note.
    package var notes: String?
    /// Sets these labels; null removes one; others stay.
    package var labels: [String: String?]?
    /// Null (`.some(nil)`): never.
    package var expiresAt: Timestamp??
    /// Null (`.some(nil)`): none any more.
    package var uid: UInt32??
    package var workspace: String?
    /// Null (`.some(nil)`): what the gateway gives everybody.
    package var rateLimit: String??
    /// Null (`.some(nil)`): what the gateway gives everybody.
    package var concurrent: Int??

    /// A patch that changes nothing yet.
    package init() {}
}

extension UserPatch: Codable {
    private enum CodingKeys: String, CodingKey {
        case name, notes, labels, expiresAt, uid, workspace, rateLimit, concurrent
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decodeIfPresent(String.self, forKey: .name)
        notes = try container.decodeIfPresent(String.self, forKey: .notes)
        labels = try container.decodeIfPresent([String: String?].self, forKey: .labels)
        // An optional of an optional would take null for absent.
        if container.contains(.expiresAt) { expiresAt = .some(try container.decodeIfPresent(Timestamp.self, forKey: .expiresAt)) }
        if container.contains(.uid) { uid = .some(try container.decodeIfPresent(UInt32.self, forKey: .uid)) }
        workspace = try container.decodeIfPresent(String.self, forKey: .workspace)
        if container.contains(.rateLimit) { rateLimit = .some(try container.decodeIfPresent(String.self, forKey: .rateLimit)) }
        if container.contains(.concurrent) { concurrent = .some(try container.decodeIfPresent(Int.self, forKey: .concurrent)) }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(name, forKey: .name)
        try container.encodeIfPresent(notes, forKey: .notes)
        try container.encodeIfPresent(labels, forKey: .labels)
        if let expiresAt { try Self.encode(expiresAt, .expiresAt, &container) }
        if let uid { try Self.encode(uid, .uid, &container) }
        try container.encodeIfPresent(workspace, forKey: .workspace)
        if let rateLimit { try Self.encode(rateLimit, .rateLimit, &container) }
        if let concurrent { try Self.encode(concurrent, .concurrent, &container) }
    }

    private static func encode<Value: Encodable>(
        _ value: Value?, _ key: CodingKeys, _ container: inout KeyedEncodingContainer<CodingKeys>
    ) throws {
        guard let value else { return try container.encodeNil(forKey: key) }
        try container.encode(value, forKey: key)
    }
}
