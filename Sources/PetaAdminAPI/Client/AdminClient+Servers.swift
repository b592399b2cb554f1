extension AdminClient {
    /// `GET /v1/status`.
    package func status() throws(AdminError) -> GatewayStatus {
        try ask(GatewayStatus.self, "GET", "/v1/status")
    }

    /// `GET /v1/servers`.
    package func servers() throws(AdminError) -> [ServerEntry] {
        try ask([ServerEntry].self, "GET", "/v1/servers")
    }

    /// `GET /v1/servers/{id}`.
    package func server(_ id: String) throws(AdminError) -> ServerDetail {
        try ask(ServerDetail.self, "GET", Self.server(id))
    }

    /// `POST /v1/servers`.
    package func addServer(_ spec: ServerSpec) throws(AdminError) -> ServerEntry {
        try ask(ServerEntry.self, "POST", "/v1/servers", body: spec)
    }

    /// `PATCH /v1/servers/{id}`.
    package func updateServer(_ id: String, _ patch: ServerPatch) throws(AdminError) -> ServerEntry {
        try ask(ServerEntry.self, "PATCH", Self.server(id), body: patch)
    }

    /// `DELETE /v1/servers/{id}`.
    package func removeServer(_ id: String) throws(AdminError) {
        _ = try send("DELETE", Self.server(id))
    }

    /// `POST /v1/servers/{id}/{act}`. Answers when the act is done, which for a start can take as long as the server takes.
    package func act(_ act: ServerAct, on id: String) throws(AdminError) -> ServerEntry {
        try ask(ServerEntry.self, "POST", Self.server(id) + "/" + act.rawValue, timeoutSeconds: 180)
    }

    /// `GET /v1/servers/{id}/tools`.
    package func tools(of id: String) throws(AdminError) -> [ToolEntry] {
        try ask([ToolEntry].self, "GET", Self.server(id) + "/tools", timeoutSeconds: 180)
    }

    /// `GET /v1/servers/{id}/changes`: tools that await acceptance, or one of them.
    package func toolChanges(of id: String, tool: String? = nil) throws(AdminError) -> [ToolChange] {
        try ask([ToolChange].self, "GET", Self.server(id) + "/changes", parameters: tool.map { [("tool", $0)] } ?? [], timeoutSeconds: 180)
    }

    /// `GET /v1/servers/{id}/findings`.
    package func toolFindings(of id: String) throws(AdminError) -> [ToolFinding] {
        try ask([ToolFinding].self, "GET", Self.server(id) + "/findings", timeoutSeconds: 180)
    }

    /// `POST /v1/servers/{id}/accept`.
    package func accept(_ acceptance: ToolAcceptance, of id: String) throws(AdminError) -> AcceptedTools {
        try ask(AcceptedTools.self, "POST", Self.server(id) + "/accept", body: acceptance)
    }

    /// `PUT /v1/servers/{id}/capabilities`.
    package func setCapability(_ patch: CapabilityPatch, on id: String) throws(AdminError) -> CapabilityEntry {
        try ask(CapabilityEntry.self, "PUT", Self.server(id) + "/capabilities", body: patch)
    }

    /// `POST /v1/servers/{id}/call`: the result's bytes exactly as the server gave them.
    package func call(_ request: CallRequest, on id: String) throws(AdminError) -> [UInt8] {
        let body: [UInt8]
        do {
            body = try AdminJSON.encode(request, nulls: false)
        } catch {
            throw AdminError(.internal, "the request cannot be written as JSON")
        }
        return try send("POST", Self.server(id) + "/call", body: body, timeoutSeconds: 900)
    }

    /// `GET /v1/servers/{id}/logs`, line by line.
    package func logs(
        of id: String, last count: Int?, follow: Bool, watching output: Int32? = nil, _ handle: ([UInt8]) throws -> Bool
    ) throws {
        try lines(Self.server(id) + "/logs", parameters: Self.window(count, follow), watching: output, handle)
    }

    /// `GET /v1/tools/which`.
    package func whichTool(_ name: String) throws(AdminError) -> ToolIdentity {
        try ask(ToolIdentity.self, "GET", "/v1/tools/which", parameters: [("name", name)])
    }

    static func window(_ count: Int?, _ follow: Bool) -> [(name: String, value: String)] {
        (count.map { [("n", String($0))] } ?? []) + (follow ? [("follow", "true")] : [])
    }

    private static func server(_ id: String) -> String { "/v1/servers/" + escape(id) }
}
