import ArgumentParser
import PetaAdminAPI

/// What names are of.
package enum NameKind: String, CaseIterable {
    case servers, users, secrets, tokens, policies, tools, targets, approvals
}

extension NameKind: ExpressibleByArgument {}

/// Completion with the names that the running gateway knows.
enum LiveNames {
    static let servers = kind(.servers)
    static let users = kind(.users)
    static let secrets = kind(.secrets)
    static let tokens = kind(.tokens)
    static let policies = kind(.policies)
    static let approvals = kind(.approvals)
    static let tools = kind(.tools)
    /// Servers and, with `::`, their tools.
    static let targets = kind(.targets)

    /// Nobody waits longer for names, in milliseconds.
    static let patience: Int64 = 400
    private static let command = "peta complete-names "

    private static func kind(_ kind: NameKind) -> CompletionKind { .shellCommand(command + kind.rawValue) }

    /// The kind of names that a declared command lists.
    static func kind(ofCommand text: String) -> NameKind? {
        text.hasPrefix(command) ? NameKind(rawValue: String(text.dropFirst(command.count))) : nil
    }

    /// The names. With a server, only tools of that one.
    static func all(_ kind: NameKind, server: String? = nil, _ client: AdminClient) throws -> [String] {
        switch kind {
        case .servers: try client.servers().map(\.id)
        case .users: try client.users().map(\.id)
        case .secrets: try client.secrets().map(\.name)
        case .tokens: try client.tokens(user: nil).map(\.id)
        case .policies: try client.policies().map(\.name)
        case .approvals: try client.approvals(ApprovalQuery()).items.map(\.id)
        case .tools: try (server.map { [$0] } ?? withTools(client)).flatMap { try client.tools(of: $0).map { ToolNames.tool($0.name) } }
        case .targets: try client.servers().map(\.id) + withTools(client).flatMap { try client.tools(of: $0).map(\.name) }
        }
    }

    private static func withTools(_ client: AdminClient) throws -> [String] { try client.servers().filter { $0.tools > 0 }.map(\.id) }
}
