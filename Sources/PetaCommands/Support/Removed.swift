/// What a command that removes something answers to a script.
struct Removed: Encodable {
    let id: String
    let removed = true

    private enum CodingKeys: String, CodingKey { case id, removed }
}
