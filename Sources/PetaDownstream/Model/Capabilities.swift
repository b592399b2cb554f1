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
    /// True if calls of its tools can be tasks: `tasks.requests.tools.call` of 2025-11-25, or the extension of the modern era.
    package var tasks = false
    /// True if tasks of 2025-11-25 can be cancelled.
    package var cancelsTasks = false
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

    /// Takes what a server said of tasks, in the words of its era (MCP reference, section 9).
    package mutating func noteTasks(_ said: JSON) {
        switch era {
        case .modern: tasks = said["extensions"]?[Envelope.tasksExtension]?.object != nil
        case .legacy("2025-11-25"):
            tasks = said["tasks"]?["requests"]?["tools"]?["call"]?.object != nil
            cancelsTasks = tasks && said["tasks"]?["cancel"]?.object != nil
        case .legacy, nil: break
        }
    }

    /// True if it has tasks of this era: there is no bridge between the two kinds.
    package func hasTasks(modern: Bool) -> Bool { tasks && era?.isModern == modern }

    /// Everything as one document, for the store.
    package var document: JSON {
        var document: JSON = [
            "tools": .array(tools), "prompts": .array(prompts), "resources": .array(resources), "templates": .array(templates),
            "completions": .bool(completions), "logging": .bool(logging), "asks": .bool(asks),
            "tasks": .bool(tasks), "cancelsTasks": .bool(cancelsTasks),
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
        tasks = document["tasks"]?.bool ?? false
        cancelsTasks = document["cancelsTasks"]?.bool ?? false
        instructions = document["instructions"]?.string
        software = document["software"]?.string
        if let revision = document["revision"]?.string {
            era = document["era"]?.string == "modern" ? .modern(revision) : .legacy(revision)
        }
    }
}
