/// The answer of `POST /v1/config/reload`: what came of reading the configuration again.
package struct ConfigReload: Codable, Sendable, Equatable {
    /// The file that was read; nil where there is none.
    package var file: String?
    /// Settings that have another value now.
    package var changed: [SettingChange]
    /// Settings that will have another value after the next start.
    package var waiting: [SettingChange]
    /// Another certificate is shown from now on.
    package var certificate: Bool

    package init(file: String?, changed: [SettingChange], waiting: [SettingChange], certificate: Bool) {
        self.file = file
        self.changed = changed
        self.waiting = waiting
        self.certificate = certificate
    }
}

extension ConfigReload {
    /// What changed, by key and without values, for audit and log.
    package var summary: String {
        let keys = changed.map(\.key) + (certificate ? ["the certificate"] : [])
        return keys.isEmpty ? "nothing" : keys.joined(separator: ", ")
    }
}
