/// The body of `POST /v1/users/{id}/allow`, `deny` and `revoke`: a server, or something that it offers.
package struct RightTarget: Codable, Sendable, Equatable {
    package var server: String
    /// `tool`, `prompt` or `resource`; nil: the whole server.
    package var kind: String?
    /// Its own name at the server, or its URI there; nil: the whole server.
    package var name: String?

    package init(server: String, kind: String? = nil, name: String? = nil) {
        self.server = server
        self.kind = kind
        self.name = name
    }
}
