/// Where the value of a setting came from.
package enum SettingOrigin: Sendable, Equatable {
    /// A flag, by its name (`--listen`).
    case flag(String)
    /// An environment variable, by its name.
    case environment(String)
    /// A line of a file, counted from 1.
    case file(path: String, line: Int)
    case standard
}
