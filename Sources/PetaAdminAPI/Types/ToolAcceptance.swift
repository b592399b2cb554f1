/// The body of `POST /v1/servers/{id}/accept`: tools as they were looked at.
package struct ToolAcceptance: Codable, Sendable, Equatable {
    /// One of them.
    package struct Tool: Codable, Sendable, Equatable {
        /// The server's own name of it.
        package var tool: String
        /// The digest of what was looked at.
        package var digest: String

        package init(tool: String, digest: String) {
            self.tool = tool
            self.digest = digest
        }
    }

    package var tools: [Tool]

    package init(tools: [Tool]) { self.tools = tools }
}

/// The answer to it.
package struct AcceptedTools: Codable, Sendable, Equatable {
    package var server: String
    /// The tools that were accepted now; what was accepted before is not among them.
    package var accepted: [String]
    /// How many tools of the server still await acceptance.
    package var waiting: Int

    package init(server: String, accepted: [String], waiting: Int) {
        self.server = server
        self.accepted = accepted
        self.waiting = waiting
    }
}
