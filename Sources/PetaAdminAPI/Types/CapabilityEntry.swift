/// One thing that a server offers or may offer, with what the server's settings say of it: a line of
/// `GET /v1/servers/{id}/capabilities`.
package struct CapabilityEntry: Codable, Sendable, Equatable {
    package var server: String
    /// `tool`, `prompt` or `resource`; a template is a resource.
    package var kind: String
    /// Its own name at the server, or its URI there.
    package var name: String
    /// False: neither listed nor callable, for anybody.
    package var exposed: Bool
    /// `silent`, `notify` or `approval`; nil for what is no tool.
    package var danger: String?
    /// What the tool's annotations suggest; never in force by itself.
    package var suggestedDanger: String?
    /// False where the server is not known to offer it, or not yet.
    package var offered: Bool

    package init(
        server: String, kind: String, name: String, exposed: Bool, danger: String?, suggestedDanger: String?, offered: Bool = true
    ) {
        self.server = server
        self.kind = kind
        self.name = name
        self.exposed = exposed
        self.danger = danger
        self.suggestedDanger = suggestedDanger
        self.offered = offered
    }
}
