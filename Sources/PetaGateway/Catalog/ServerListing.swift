internal import PetaDownstream
internal import PetaWire

/// What one server adds to the lists, rendered once for each change of what it offers, in both styles of names.
final class ServerListing: Sendable {
    /// One entry of a list.
    struct Item: Sendable {
        /// What it is sorted and continued by: the canonical name or the URI.
        let key: String
        /// What rights call it.
        let sought: Sought
        /// The listed form with safe names.
        let safe: [UInt8]
        /// The listed form with canonical names; empty where it is the same.
        let qualified: [UInt8]
        /// The same two for clients of the modern era; empty where they are the same.
        var modern = Pair()
        /// And for sessions of 2025-11-25, which know tasks.
        var withTasks = Pair()

        /// An entry in both styles of names.
        struct Pair: Sendable {
            var safe: [UInt8] = []
            var qualified: [UInt8] = []

            var isEmpty: Bool { safe.isEmpty }
        }

        func bytes(qualified isQualified: Bool, form: ListForm) -> [UInt8] {
            let own = form == .modern ? modern : form == .november2025 ? withTasks : Pair()
            if !own.isEmpty { return isQualified ? own.qualified : own.safe }
            return isQualified && !qualified.isEmpty ? qualified : safe
        }
    }

    /// A tool or prompt that can be asked for.
    struct Named: Sendable {
        /// What clients may call it.
        let keys: [String]
        let canonical: String
        /// Its name at the server.
        let name: String
        let mayRepeat: Bool
        /// True if a call of it can be a task of 2025-11-25.
        let mayBeTask: Bool
        /// Arguments that clients of the modern era, and the gateway towards such a server, repeat as header fields; nil where there are none.
        let headers: ParameterHeaders?
        /// What the server says of a tool.
        let annotations: JSON?
        /// All of what the server says of it.
        let definition: JSON
    }

    let handle: ServerHandle
    let capabilities: Capabilities
    /// Tools that await acceptance, as `name: reason`; they stand in nothing else here.
    let withheld: [String]
    /// What is hidden, and how dangerous tools are.
    let exposure: ServerExposure
    /// What can be listed, by kind of list: nothing that is hidden.
    let items: [[Item]]
    private let allItems: [[Item]]
    /// Its resources, as rights look at them.
    let resources: ResourceNames
    /// Keys under which tools can be called, and how.
    let tools: [Named]
    /// Keys under which prompts can be asked for.
    let prompts: [Named]
    /// Definitions that are not listed, with the reason.
    let refused: [String]
    let rewriter: ResultRewriter

    /// The same with other settings; nothing is rendered anew.
    init(_ other: ServerListing, _ exposure: ServerExposure) {
        handle = other.handle
        capabilities = other.capabilities
        self.exposure = exposure
        allItems = other.allItems
        items = Self.shown(other.allItems, exposure)
        resources = other.resources
        tools = other.tools
        prompts = other.prompts
        refused = other.refused
        withheld = other.withheld
        rewriter = other.rewriter
    }

    /// Everything that it offers, also what is hidden, in order: tools, prompts, resources, templates.
    var offered: [Sought] { allItems.flatMap { $0.map(\.sought) } }

    private static func shown(_ items: [[Item]], _ exposure: ServerExposure) -> [[Item]] {
        guard !exposure.hidden.isEmpty else { return items }
        return items.map { $0.filter { !exposure.hidden.contains(CapabilityName($0.sought.kind, $0.sought.name)) } }
    }

    init(_ entry: Servers.Entry, _ exposure: ServerExposure) {
        self.exposure = exposure
        handle = entry.handle
        capabilities = entry.capabilities
        withheld = entry.withheld
        let id = entry.handle.id
        rewriter = ResultRewriter(server: id)
        var refused: [String] = []
        // Over stdio there are no fields, and the annotation says nothing.
        let hasFields = entry.handle.definition.kind != .stdio && entry.capabilities.era?.isModern == true
        let hasTasks = entry.capabilities.hasTasks(modern: false)
        let (toolItems, tools) = Self.named(.tool, entry.capabilities.tools, id, hasFields: hasFields, hasTasks: hasTasks, &refused) {
            definition, listed throws(ListRenderer.Refusal) in
            try ListRenderer.tool(definition, server: id, listedName: listed)
        }
        let (promptItems, prompts) = Self.named(.prompt, entry.capabilities.prompts, id, &refused) {
            definition, listed throws(ListRenderer.Refusal) in
            try ListRenderer.prompt(definition, server: id, listedName: listed)
        }
        let resources = Self.located(entry.capabilities.resources, "uri", id, &refused) { definition throws(ListRenderer.Refusal) in
            try ListRenderer.resource(definition, server: id)
        }
        let templates = Self.located(entry.capabilities.templates, "uriTemplate", id, &refused) { definition throws(ListRenderer.Refusal) in
            try ListRenderer.template(definition, server: id)
        }
        allItems = [toolItems, promptItems, resources, templates]
        items = Self.shown(allItems, exposure)
        self.resources = ResourceNames(resources: resources.map(\.sought.name), templates: templates.map(\.sought.name))
        self.tools = tools
        self.prompts = prompts
        self.refused = entry.withheld + refused
    }

    private static func named(
        _ kind: CapabilityKind, _ definitions: [JSON], _ id: String, hasFields: Bool = false, hasTasks: Bool = false,
        _ refused: inout [String],
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
            if let schema = definition["inputSchema"] {
                do throws(ParameterHeaders.Refusal) {
                    let read = try ParameterHeaders(inputSchema: schema)
                    if !read.isEmpty { headers = read }
                } catch  where hasFields {
                    refused.append("\(name): \(error.message)")
                    continue
                } catch {
                    headers = nil
                }
            }
            let support = hasTasks ? definition["execution"]?["taskSupport"]?.string : nil
            let mayBeTask = support == "optional" || support == "required"
            do throws(ListRenderer.Refusal) {
                func pair(_ definition: JSON) throws(ListRenderer.Refusal) -> Item.Pair {
                    Item.Pair(safe: try render(definition, safe), qualified: try render(definition, canonical))
                }
                let (legacy, modern) = Self.inBothEras(definition)
                let plain = try pair(legacy)
                var item = Item(
                    key: canonical, sought: Sought(kind: kind, name: name), safe: plain.safe, qualified: plain.qualified)
                if legacy != modern { item.modern = try pair(modern) }
                if mayBeTask, let support {
                    var shown = legacy
                    shown.set(key: "execution", value: ["taskSupport": .string(support)])
                    item.withTasks = try pair(shown)
                }
                items.append(item)
            } catch {
                refused.append("\(name): \(error.message)")
                continue
            }
            let annotations = definition["annotations"]
            let mayRepeat = annotations?["readOnlyHint"]?.bool == true || annotations?["idempotentHint"]?.bool == true
            named.append(
                Named(
                    keys: safe == canonical ? [safe] : [safe, canonical], canonical: canonical, name: name, mayRepeat: mayRepeat,
                    mayBeTask: mayBeTask, headers: headers, annotations: annotations, definition: definition))
        }
        return (items.sorted { $0.key < $1.key }, named)
    }

    /// A definition as each era may see it (MCP reference, section 10.2): the schema of a result is one of an object for the legacy one,
    /// and tasks are shown to the revision alone that has them.
    private static func inBothEras(_ definition: JSON) -> (legacy: JSON, modern: JSON) {
        var legacy = definition
        var modern = definition
        if let schema = definition["outputSchema"], schema["type"]?.string != "object" { legacy.remove("outputSchema") }
        legacy.remove("execution")
        modern.remove("execution")
        return (legacy, modern)
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
                items.append(
                    Item(
                        key: Names.canonical(server: id, name: uri), sought: Sought(kind: .resource, name: uri),
                        safe: try render(definition), qualified: []))
            } catch {
                refused.append("\(uri.prefix(100)): \(error.message)")
            }
        }
        return items.sorted { $0.key < $1.key }
    }
}
