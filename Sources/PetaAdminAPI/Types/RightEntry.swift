/// Whether a user may use one thing, and which layer of rights says so: a line of `GET /v1/users/{id}/rights` and of
/// `GET /user/capabilities`.
package struct RightEntry: Codable, Sendable, Equatable {
    package var server: String
    /// `tool`, `prompt` or `resource`; a template is a resource.
    package var kind: String
    package var name: String
    package var allowed: Bool
    /// `server`, `admin` or `preference`: the one that decides.
    package var layer: String
    /// The same in words.
    package var why: String
    /// `silent`, `notify` or `approval`; nil for what is no tool.
    package var danger: String?
    /// `server` or `preference`: the one that set the level; nil where nobody did.
    package var dangerLayer: String?

    package init(
        server: String, kind: String, name: String, allowed: Bool, layer: String, why: String, danger: String?, dangerLayer: String?
    ) {
        self.server = server
        self.kind = kind
        self.name = name
        self.allowed = allowed
        self.layer = layer
        self.why = why
        self.danger = danger
        self.dangerLayer = dangerLayer
    }
}
