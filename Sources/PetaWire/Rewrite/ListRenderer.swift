/// Writes one downstream definition as clients are shown it. Members that are not named here stay as they are, in
/// their order, numbers in their spelling; whitespace goes.
package enum ListRenderer {
    /// The `_meta` member with the canonical name. What a server put there itself is replaced.
    package static let nameKey = "io.peta/name"

    /// Why a definition is not listed.
    package enum Refusal: Error, Equatable, Sendable {
        case notAnObject
        /// The member is missing, empty, or of another type.
        case badMember(String)

        /// The reason in plain words.
        package var message: String {
            switch self {
            case .notAnObject: "the definition is no JSON object"
            case .badMember("inputSchema"): "the definition has no JSON object as 'inputSchema'"
            case .badMember(let name): "the definition has no text as '\(name)'"
            }
        }
    }

    /// A tool: `name` becomes `listedName`; a UI resource it names in `_meta` gets the server's prefix.
    package static func tool(_ definition: JSON, server: String, listedName: String) throws(Refusal) -> [UInt8] {
        var tool = definition
        let name = try text("name", of: tool)
        guard tool["inputSchema"]?.object != nil else { throw .badMember("inputSchema") }
        tool.set(key: "name", value: .string(listedName))
        mark(&tool, canonical: Names.canonical(server: server, name: name), server: server)
        return tool.bytes
    }

    /// A prompt: `name` becomes `listedName`.
    package static func prompt(_ definition: JSON, server: String, listedName: String) throws(Refusal) -> [UInt8] {
        var prompt = definition
        let name = try text("name", of: prompt)
        prompt.set(key: "name", value: .string(listedName))
        mark(&prompt, canonical: Names.canonical(server: server, name: name), server: server)
        return prompt.bytes
    }

    /// A resource: `uri` gets the server's prefix; `name` is for people and stays.
    package static func resource(_ definition: JSON, server: String) throws(Refusal) -> [UInt8] {
        try addressed(definition, by: "uri", server: server)
    }

    /// A resource template: `uriTemplate` gets the server's prefix; `name` is for people and stays.
    package static func template(_ definition: JSON, server: String) throws(Refusal) -> [UInt8] {
        try addressed(definition, by: "uriTemplate", server: server)
    }

    private static func addressed(_ definition: JSON, by key: String, server: String) throws(Refusal) -> [UInt8] {
        var resource = definition
        let address = try text(key, of: resource)
        _ = try text("name", of: resource)
        let canonical = Names.canonical(server: server, name: address)
        resource.set(key: key, value: .string(canonical))
        mark(&resource, canonical: canonical, server: server)
        return resource.bytes
    }

    private static func text(_ key: String, of definition: JSON) throws(Refusal) -> String {
        guard case .object = definition else { throw .notAnObject }
        guard let text = definition[key]?.string, !text.isEmpty else { throw .badMember(key) }
        return text
    }

    /// Adds the canonical name to `_meta` and prefixes UI references. A `_meta` that is no object could not be
    /// read by any client: it becomes one.
    private static func mark(_ definition: inout JSON, canonical: String, server: String) {
        var meta = definition["_meta"] ?? .object([])
        prefix("ui/resourceUri", of: &meta, server: server)
        if var ui = meta["ui"], ui["resourceUri"] != nil {
            prefix("resourceUri", of: &ui, server: server)
            meta.set(key: "ui", value: ui)
        }
        meta.set(key: nameKey, value: .string(canonical))
        definition.set(key: "_meta", value: meta)
    }

    private static func prefix(_ key: String, of object: inout JSON, server: String) {
        guard let uri = object[key]?.string else { return }
        object.set(key: key, value: .string(Names.canonical(server: server, name: uri)))
    }
}
