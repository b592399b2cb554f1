/// A setting whose value is, or would be, another one.
package struct SettingChange: Codable, Sendable, Equatable {
    package var key: String
    package var from: SettingValue
    package var to: SettingValue
    /// Where the new value stands: a flag, a variable, a line of a file, or `default`.
    package var place: String

    package init(key: String, from: SettingValue, to: SettingValue, place: String) {
        self.key = key
        self.from = from
        self.to = to
        self.place = place
    }
}
