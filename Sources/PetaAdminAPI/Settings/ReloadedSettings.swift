/// What comes of reading the configuration again while the gateway runs.
package struct ReloadedSettings: Sendable {
    /// What is to be in force: of settings that are live the new values, of all others those of the start.
    package var next: ServeSettings
    /// Live settings that have another value than before.
    package var changed: [SettingChange]
    /// Settings with another value than the gateway runs with, which wait for its next start.
    package var waiting: [SettingChange]

    package init(next: ServeSettings, changed: [SettingChange], waiting: [SettingChange]) {
        self.next = next
        self.changed = changed
        self.waiting = waiting
    }
}
