/// One line of `GET /user/sessions`: a live session of the one that asks.
package struct OwnSession: Codable, Sendable, Equatable {
    /// The first characters of its id, as in the audit.
    package var id: String
    package var clientName: String?
    package var clientVersion: String?
    package var protocolVersion: String
    package var tokenId: String?

    package init(id: String, clientName: String?, clientVersion: String?, protocolVersion: String, tokenId: String?) {
        self.id = id
        self.clientName = clientName
        self.clientVersion = clientVersion
        self.protocolVersion = protocolVersion
        self.tokenId = tokenId
    }
}
