/// The body of `PUT /v1/servers/{id}/capabilities`: what is to hold for one thing. What is nil stays as it is.
package struct CapabilityPatch: Codable, Sendable, Equatable {
    /// `tool`, `prompt` or `resource`.
    package var kind: String
    package var name: String
    package var exposed: Bool?
    /// `silent`, `notify` or `approval`; an empty text takes the setting back.
    package var danger: String?

    package init(kind: String, name: String, exposed: Bool? = nil, danger: String? = nil) {
        self.kind = kind
        self.name = name
        self.exposed = exposed
        self.danger = danger
    }
}
