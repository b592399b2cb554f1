/// What an administrator said of a server, or of something that it offers, for one user.
package struct UserRightEntry: Codable, Sendable, Equatable {
    package var server: String
    /// `tool`, `prompt` or `resource`; nil: the whole server.
    package var kind: String?
    package var name: String?
    /// `allow` or `deny`.
    package var effect: String

    package init(server: String, kind: String?, name: String?, effect: String) {
        self.server = server
        self.kind = kind
        self.name = name
        self.effect = effect
    }
}
