internal import PetaDownstream
internal import PetaWire

/// What one server adds to the lists, rendered once for each change of what it offers, in both styles of names.
final class ServerListing: Sendable {
    /// One entry of a list.
    struct Item: Sendable {
        /// What it is sorted and continued by: the canonical name or the URI.
        let key: String
        /// The listed form with safe names.
        let safe: [UInt8]
        /// The listed form with canonical names; empty where it is the same.
        let qualified: [UInt8]
    }

    /// A tool or prompt that can be asked for.
    struct Named: Sendable {
        /// What clients may call it.
        let keys: [String]
        let canonical: String
        /// Its name at the server.
        let name: String
        let mayRepeat: Bool
        /// Arguments that the server wants as header fields as well; nil where there are none.
        let headers: ParameterHeaders?
    }

    let handle: ServerHandle
    let capabilities: Capabilities
    let items: [[Item]]
    /// Keys under which tools can be called, and how.
    let tools: [Named]
    /// Keys under which prompts can be asked for.
    let prompts: [Named]
    /// Definitions that are not listed, with the reason.
    let refused: [String]
    let rewriter: ResultRewriter

    init(_ entry: Servers.Entry) {
        handle = entry.handle
        capabilities = entry.capabilities
        let id = entry.handle.id
        rewriter = ResultRewriter(server: id)
        var refused: [String] = []
        // Over stdio there are no fields, and the annotation says nothing.
        let hasFields = entry.handle.definition.kind != .stdio && entry.capabilities.era?.isModern == true
        let (toolItems, tools) = Self.named(entry.capabilities.tools, id, hasFields: hasFields, &refused) {
            definition, listed throws(ListRenderer.Refusal) in
            try ListRenderer.tool(definition, server: id, listedName: listed)
        }
        let (promptItems, prompts) = Self.named(entry.capabilities.prompts, id, &refused) {
            definition, listed throws(ListRenderer.Refusal) in
            try ListRenderer.prompt(definition, server: id, listedName: listed)
        }
        let resources = Self.located(entry.capabilities.resources, "uri", id, &refused) { definition throws(ListRenderer.Refusal) in
            try ListRenderer.resource(definition, server: id)
        }
        let templates = Self.located(entry.capabilities.templates, "uriTemplate", id, &refused) { definition throws(ListRenderer.Refusal) in
            try ListRenderer.template(definition, server: id)
        }
        items = [toolItems, promptItems, resources, templates]
        self.tools = tools
        self.prompts = prompts
        self.refused = refused
    }

    private static func named(
        _ definitions: [JSON], _ id: String, hasFields: Bool = false, _ refused: inout [String],
        _ render: (JSON, String) throws(ListRenderer.Refusal) -> [UInt8]
    ) -> ([Item], [Named]) {
        var seen: Set<String> = []
        var usable: [(JSON, String)] = []
        for definition in definitions {
            guard let name = definition["name"]?.string, !name.isEmpty, name.utf8.count <= 256 else {
                refused.append("a definition has no usable name")
                continue
            }
            guard seen.insert(name).inserted else {
                refused.append("\(name): listed twice by the server")
                continue
            }
            usable.append((definition, name))
        }
        let safeNames = Names.safeNames(server: id, names: usable.map(\.1))
        var items: [Item] = []
        var named: [Named] = []
        for ((definition, name), safe) in zip(usable, safeNames) {
            let canonical = Names.canonical(server: id, name: name)
            var headers: ParameterHeaders?
            if hasFields, let schema = definition["inputSchema"] {
                do throws(ParameterHeaders.Refusal) {
                    let read = try ParameterHeaders(inputSchema: schema)
                    if !read.isEmpty { headers = read }
                } catch {
                    refused.append("\(name): \(error.message)")
                    continue
                }
            }
            do throws(ListRenderer.Refusal) {
                items.append(Item(key: canonical, safe: try render(definition, safe), qualified: try render(definition, canonical)))
            } catch {
                refused.append("\(name): \(error.message)")
                continue
            }
            let annotations = definition["annotations"]
            let mayRepeat = annotations?["readOnlyHint"]?.bool == true || annotations?["idempotentHint"]?.bool == true
            named.append(
                Named(
                    keys: safe == canonical ? [safe] : [safe, canonical], canonical: canonical, name: name, mayRepeat: mayRepeat,
                    headers: headers))
        }
        return (items.sorted { $0.key < $1.key }, named)
    }

    private static func located(
        _ definitions: [JSON], _ member: String, _ id: String, _ refused: inout [String],
        _ render: (JSON) throws(ListRenderer.Refusal) -> [UInt8]
    ) -> [Item] {
        var seen: Set<String> = []
        var items: [Item] = []
        for definition in definitions {
            guard let uri = definition[member]?.string, seen.insert(uri).inserted else { continue }
            do throws(ListRenderer.Refusal) {
                items.append(Item(key: Names.canonical(server: id, name: uri), safe: try render(definition), qualified: []))
            } catch {
                refused.append("\(uri.prefix(100)): \(error.message)")
            }
        }
        return items.sorted { $0.key < $1.key }
    }
}
