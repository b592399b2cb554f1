/// The `_meta` that every modern request carries (MCP 2026-07-28; MCP reference, section 5.1).
package enum Envelope {
    /// The revision of the modern era that Peta speaks.
    package static let revision = "2026-07-28"
    /// Key of the revision.
    package static let protocolVersion = "io.modelcontextprotocol/protocolVersion"
    /// Key of what the client can be asked.
    package static let clientCapabilities = "io.modelcontextprotocol/clientCapabilities"
    /// Key of who the client is.
    package static let clientInfo = "io.modelcontextprotocol/clientInfo"
    /// Key of who the server is, in results.
    package static let serverInfo = "io.modelcontextprotocol/serverInfo"
    /// Key of the listen that a notification belongs to.
    package static let subscriptionID = "io.modelcontextprotocol/subscriptionId"
    /// Key of the extension for tasks, in `extensions` of capabilities.
    package static let tasksExtension = "io.modelcontextprotocol/tasks"
    /// Key of the task that a message belongs to (2025-11-25).
    package static let relatedTask = "io.modelcontextprotocol/related-task"

    /// The envelope of a request that the gateway itself sends.
    package static func own(software: String, revision: String = revision) -> JSON {
        [
            protocolVersion: .string(revision), clientInfo: ["name": "peta", "title": "Peta", "version": .string(software)],
            clientCapabilities: [:],
        ]
    }
}
