/// The body of `PATCH /v1/servers/{id}`: only what changes. A member that is absent (nil) stays as it is.
package struct ServerPatch: Codable, Sendable, Equatable {
    /// An empty text removes the title.
    package var title: String?
    package var command: String?
    /// Replaces all arguments.
    package var args: [String]?
    /// Sets these variables; null removes one; others stay.
    package var env: [String: String?]?
    /// An empty text removes the working directory.
    package var cwd: String?
    package var url: String?
    /// `http` or `sse`, for a server that has a URL.
    package var kind: ServerKind?
    /// Sets these headers; null removes one; others stay.
    package var headers: [String: String?]?
    package var publicAccess: Bool?
    package var lazyStart: Bool?
    package var idleTimeoutSeconds: Int?
    package var callTimeoutSeconds: Int?
    package var redactResults: Bool?
    /// 0 removes the limit.
    package var maxConcurrent: Int?
    /// 0 is never.
    package var healthIntervalSeconds: Int?
    package var isolation: ServerIsolation?
    package var retry: ServerRetry?
    package var mcpProtocol: ServerProtocol?
    package var pin: ServerPin?

    /// A patch that changes nothing yet.
    package init() {}
}
