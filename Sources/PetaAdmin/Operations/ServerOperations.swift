package import PetaAdminAPI
package import PetaIdentity

/// What an administrator does with downstream servers.
///
/// Every method that takes the id of a server throws an error with code `not_found` when there is none. Whatever changes
/// something has taken effect on live sessions when it returns.
package protocol ServerOperations: Sendable {
    func servers() async throws -> [ServerEntry]
    func server(_ id: String) async throws -> ServerDetail
    func serverExists(_ id: String) async throws -> Bool
    /// Validates everything before it stores anything; throws `already_exists` for an id that is taken.
    func add(_ spec: ServerSpec) async throws -> ServerEntry
    func update(_ id: String, _ patch: ServerPatch) async throws -> ServerEntry
    /// Stops the server and forgets it.
    func remove(_ id: String) async throws
    /// Returns when the server is online, or throws why it is not.
    func start(_ id: String) async throws -> ServerEntry
    func stop(_ id: String) async throws -> ServerEntry
    func restart(_ id: String) async throws -> ServerEntry
    func setEnabled(_ id: String, _ enabled: Bool) async throws -> ServerEntry
    func tools(of id: String) async throws -> [ToolEntry]
    /// Tools that are not as they were accepted; `tool` asks for one of them by its own name.
    func changes(of id: String, tool: String?) async throws -> [ToolChange]
    func findings(of id: String) async throws -> [ToolFinding]
    /// Accepts tools as they were looked at: all of them, or none where one is no longer that. What is accepted already is no error.
    func accept(_ acceptance: ToolAcceptance, of id: String) async throws -> AcceptedTools
    /// What it offers, and what was set of what it does not offer.
    func capabilities(of id: String) async throws -> [CapabilityEntry]
    /// Sets what it exposes and how dangerous a tool is.
    func setCapability(of id: String, _ patch: CapabilityPatch) async throws -> CapabilityEntry
    /// What a user may use, of one server or of all, and which layer of rights says so. Throws `not_found` for an unknown user.
    func rights(of user: String, server: String?) async throws -> [RightEntry]
    /// Calls a tool by its own name. `arguments` is a JSON object or nil; the result is the server's, byte for byte.
    func call(_ id: String, tool: String, arguments: [UInt8]?, as principal: Principal) async throws -> [UInt8]
    /// The last `count` lines, oldest first; with `follow` the coming ones too, until the reader stops. Must be bounded in memory.
    func logs(of id: String, last count: Int, follow: Bool) async throws -> AsyncStream<LogLine>
    /// What a listed or canonical tool name stands for.
    func which(tool name: String) async throws -> ToolIdentity
}
