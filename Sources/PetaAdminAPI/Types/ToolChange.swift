/// One tool that awaits acceptance, of `GET /v1/servers/{id}/changes`.
package struct ToolChange: Codable, Sendable, Equatable {
    /// One value of a definition that is not what was accepted.
    package struct Field: Codable, Sendable, Equatable {
        /// Such as `inputSchema.properties.path.type`.
        package var path: String
        /// nil: it was not there.
        package var old: RawJSON?
        /// nil: it is there no more.
        package var new: RawJSON?

        package init(path: String, old: RawJSON?, new: RawJSON?) {
            self.path = path
            self.old = old
            self.new = new
        }
    }

    /// The canonical name, `server::tool`.
    package var name: String
    /// The server's own name of it.
    package var tool: String
    /// `changed`, `new` or `gone`.
    package var state: String
    /// True while it is neither listed nor called for it.
    package var withheld: Bool
    /// What has to be named to accept exactly this.
    package var digest: String
    package var oldDigest: String?
    package var newDigest: String?
    /// Where the definition seems to come from, such as a rename; a guess for people.
    package var note: String?
    /// What differs, by path; 200 at most.
    package var fields: [Field]
    /// The accepted definition; nil for a new tool, and where it is too large to show.
    package var old: RawJSON?
    /// The one that is listed; nil for a tool that is gone, and where it is too large to show.
    package var new: RawJSON?
    package var findings: [ToolFinding]

    package init(
        name: String, tool: String, state: String, withheld: Bool, digest: String, oldDigest: String?, newDigest: String?, note: String?,
        fields: [Field], old: RawJSON?, new: RawJSON?, findings: [ToolFinding]
    ) {
        self.name = name
        self.tool = tool
        self.state = state
        self.withheld = withheld
        self.digest = digest
        self.oldDigest = oldDigest
        self.newDigest = newDigest
        self.note = note
        self.fields = fields
        self.old = old
        self.new = new
        self.findings = findings
    }
}
