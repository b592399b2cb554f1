/// The body of `POST /v1/network/allow`.
package struct NewNetworkRange: Codable, Sendable, Equatable {
    package var range: String
    package var workspace: String?
    package var note: String?

    package init(range: String, workspace: String? = nil, note: String? = nil) {
        self.range = range
        self.workspace = workspace
        self.note = note
    }
}
