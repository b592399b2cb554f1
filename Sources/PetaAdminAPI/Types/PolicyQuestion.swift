/// The body of `POST /v1/policy/test`: a call that is judged and not made.
package struct PolicyQuestion: Codable, Sendable, Equatable {
    /// What of a server is asked for.
    package enum Kind: String, Codable, Sendable, CaseIterable { case tool, prompt, resource }

    package var user: String
    package var server: String
    package var kind: Kind
    /// Its own name at the server, or its URI there.
    package var name: String
    /// A JSON object; nil: the call has none.
    package var arguments: RawJSON?
    /// The name that the client gives itself.
    package var client: String?
    package var address: String?
    /// Nil: now.
    package var time: Timestamp?
    /// A text that is taken as if it were applied.
    package var text: String?
    /// The set that the text is, where it does not say.
    package var set: String?

    package init(user: String, server: String, kind: Kind, name: String) {
        self.user = user
        self.server = server
        self.kind = kind
        self.name = name
    }
}
