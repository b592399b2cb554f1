/// Where a downstream server is in its life.
package enum ServerState: String, Codable, Sendable, CaseIterable {
    case offline, connecting, online, sleeping, error
}
