/// The levels at which the daemon logs: `GET /v1/log/levels`.
package struct LogLevelState: Codable, Sendable, Equatable {
    /// One part.
    package struct Part: Codable, Sendable, Equatable {
        /// Its name; its logger is called `peta.` and this.
        package var part: String
        /// The level in force.
        package var level: String
        /// What the configuration says.
        package var configured: String
        /// True where it was set since the start and differs from the configuration until the next one.
        package var changed: Bool

        package init(part: String, level: String, configured: String, changed: Bool) {
            self.part = part
            self.level = level
            self.configured = configured
            self.changed = changed
        }
    }

    package var parts: [Part]

    package init(parts: [Part]) { self.parts = parts }
}

/// The body of `PUT /v1/log/levels`: until the next start, or until the configuration is read again.
package struct LogLevelRequest: Codable, Sendable, Equatable {
    /// For all parts that are not named.
    package var level: String?
    /// For single parts, by name.
    package var parts: [String: String]?

    package init(level: String? = nil, parts: [String: String]? = nil) {
        self.level = level
        self.parts = parts
    }
}
