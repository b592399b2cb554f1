/// One setting with its value and where that came from: a line of `peta config show`.
package struct SettingEntry: Codable, Sendable, Equatable {
    /// The key in the configuration file; a dot stands for nesting.
    package var key: String
    package var value: SettingValue
    /// The kind of place: flag, environment, file or default.
    package var source: String
    /// The place itself: a flag, a variable, a line of a file.
    package var place: String
    package var standard: SettingValue
    /// A new value takes effect when the configuration is read again; otherwise at the next start.
    package var live: Bool

    private enum CodingKeys: String, CodingKey {
        case key, value, source, place
        case standard = "default"
        case live
    }

    package init(key: String, value: SettingValue, source: String, place: String, standard: SettingValue, live: Bool) {
        self.key = key
        self.value = value
        self.source = source
        self.place = place
        self.standard = standard
        self.live = live
    }
}
