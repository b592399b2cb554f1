/// The answer of `GET /v1/config`: what the gateway runs with, and how that differs from what flags, environment and file say by now.
package struct RunningConfiguration: Codable, Sendable, Equatable {
    /// The file that was read last; nil where there was none.
    package var file: String?
    /// When it was.
    package var readAt: Timestamp
    /// Every setting as it is in force.
    package var settings: [SettingEntry]
    /// Live settings that say something else by now: reading again puts them into force.
    package var unread: [SettingChange]
    /// Other settings that say something else by now: they wait for a start.
    package var waiting: [SettingChange]
    /// Why the configuration cannot be read as it is now; then nothing is known of the differences.
    package var problem: String?

    package init(
        file: String?, readAt: Timestamp, settings: [SettingEntry], unread: [SettingChange] = [], waiting: [SettingChange] = [],
        problem: String? = nil
    ) {
        self.file = file
        self.readAt = readAt
        self.settings = settings
        self.unread = unread
        self.waiting = waiting
        self.problem = problem
    }
}
