import ArgumentParser
import PetaAdminAPI

/// What the shells' completion asks. Says nothing at all when the gateway cannot be reached: nobody wants an error at a tab.
struct CompleteNames: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete-names", abstract: "List names for the shell's completion.", shouldDisplay: false)

    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case servers, users, secrets, tokens, policies, tools, approvals
    }

    @OptionGroup var options: ClientOptions

    @Argument var kind: Kind

    func run(_ session: Session) throws {
        guard let names = try? names(session.client) else { return }
        try session.console.write(names.filter(Self.isHarmless).map { $0 + "\n" }.joined())
    }

    /// bash expands the words that it is given, `$(…)` too, and a tool's name is whatever a server chose.
    private static func isHarmless(_ name: String) -> Bool {
        name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: "._-@:/".utf8.contains(byte)
            }
        }
    }

    private func names(_ client: AdminClient) throws -> [String] {
        switch kind {
        case .servers: try client.servers().map(\.id)
        case .users: try client.users().map(\.id)
        case .secrets: try client.secrets().map(\.name)
        case .tokens: try client.tokens(user: nil).map(\.id)
        case .policies: try client.policies().map(\.name)
        case .approvals: try client.approvals(ApprovalQuery()).items.map(\.id)
        case .tools: try client.servers().flatMap { try client.tools(of: $0.id).map { ToolNames.tool($0.name) } }
        }
    }
}
