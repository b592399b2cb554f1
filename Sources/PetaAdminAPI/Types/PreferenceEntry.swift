/// What a user chose for itself.
package struct PreferenceEntry: Codable, Sendable, Equatable {
    package var server: String
    /// `tool`, `prompt` or `resource`; nil: the whole server.
    package var kind: String?
    package var name: String?
    /// False: switched off. Nil says the same as true.
    package var enabled: Bool?
    /// At least this level is taken for the tool; nil: the server's.
    package var danger: String?

    package init(server: String, kind: String?, name: String?, enabled: Bool?, danger: String?) {
        self.server = server
        self.kind = kind
        self.name = name
        self.enabled = enabled
        self.danger = danger
    }
}

/// The body of `PUT` and `PATCH /user/preferences`, and the answer of all three methods.
package struct Preferences: Codable, Sendable, Equatable {
    package var preferences: [PreferenceEntry]
    /// What has no effect, and why. Not read from a request.
    package var notes: [String]?

    package init(preferences: [PreferenceEntry], notes: [String]? = nil) {
        self.preferences = preferences
        self.notes = notes
    }
}
