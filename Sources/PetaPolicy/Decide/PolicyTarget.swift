package import PetaWire

/// What is called.
package struct PolicyTarget: Sendable {
    /// What servers offer.
    package enum Kind: String, Sendable { case tool, prompt, resource }

    package let server: String
    package let kind: Kind
    /// Its name at the server, or its URI there.
    package let name: String
    /// What the server says of a tool. It may lie.
    package let annotations: JSON?

    package init(server: String, kind: Kind, name: String, annotations: JSON? = nil) {
        self.server = server
        self.kind = kind
        self.name = name
        self.annotations = annotations
    }

    /// A hint that is true or false; what is not said has the specification's default (MCP 2025-11-25, schema `ToolAnnotations`).
    func flag(_ name: String) -> Bool? {
        if let said = annotations?[name]?.bool { return said }
        switch name {
        case "readOnlyHint", "idempotentHint": return false
        case "destructiveHint", "openWorldHint": return true
        default: return nil
        }
    }
}

/// Who calls, from where and when.
package struct PolicyCaller: Sendable {
    package var user: String
    package var userName: String
    package var role: String
    package var labels: [String: String]
    package var workspace: String
    package var clientName: String?
    package var clientVersion: String?
    package var session: String?
    /// `legacy` or `modern`.
    package var era: String?
    package var address: String?
    /// Seconds since 1970.
    package var time: Int64

    package init(user: String, userName: String, role: String, labels: [String: String] = [:], workspace: String, time: Int64) {
        self.user = user
        self.userName = userName
        self.role = role
        self.labels = labels
        self.workspace = workspace
        self.time = time
    }
}
