package import PetaWire

/// What a server offers, as it said itself the last time: listed from here, so that a list never waits for a start.
package struct Capabilities: Equatable, Sendable {
    /// Definitions of tools, as the server gave them.
    package var tools: [JSON] = []
    /// Definitions of prompts.
    package var prompts: [JSON] = []
    /// Definitions of resources.
    package var resources: [JSON] = []
    /// Definitions of resource templates.
    package var templates: [JSON] = []
    /// True if the server completes arguments.
    package var completions = false
    /// True if the server sends log messages.
    package var logging = false
    /// True if the server was seen to ask something of its clients.
    package var asks = false
    /// The `instructions` of its initialize result.
    package var instructions: String?
    /// `name version` of its `serverInfo`.
    package var software: String?
    /// The era that was spoken with it the last time; nil where that has to be found out (again).
    package var era: Era?

    /// Nothing.
    package init() {}

    /// Everything as one document, for the store.
    package var document: JSON {
        var document: JSON = [
            "tools": .array(tools), "prompts": .array(prompts), "resources": .array(resources), "templates": .array(templates),
            "completions": .bool(completions), "logging": .bool(logging), "asks": .bool(asks),
        ]
        if let instructions { document.set(key: "instructions", value: .string(instructions)) }
        if let software { document.set(key: "software", value: .string(software)) }
        if let era {
            document.set(key: "era", value: .string(era.isModern ? "modern" : "legacy"))
            document.set(key: "revision", value: .string(era.revision))
        }
        return document
    }

    /// What `document` gave.
    package init(document: JSON) {
        tools = document["tools"]?.array ?? []
        prompts = document["prompts"]?.array ?? []
        resources = document["resources"]?.array ?? []
        templates = document["templates"]?.array ?? []
        completions = document["completions"]?.bool ?? false
        logging = document["logging"]?.bool ?? false
        asks = document["asks"]?.bool ?? false
        instructions = document["instructions"]?.string
        software = document["software"]?.string
        if let revision = document["revision"]?.string {
            era = document["era"]?.string == "modern" ? .modern(revision) : .legacy(revision)
        }
    }
}
