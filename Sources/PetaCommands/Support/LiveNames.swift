import ArgumentParser

/// Completion with the names that the running gateway knows.
enum LiveNames {
    static let servers = CompletionKind.shellCommand("peta complete-names servers")
    static let users = CompletionKind.shellCommand("peta complete-names users")
    static let secrets = CompletionKind.shellCommand("peta complete-names secrets")
    static let tokens = CompletionKind.shellCommand("peta complete-names tokens")
    static let policies = CompletionKind.shellCommand("peta complete-names policies")
    static let approvals = CompletionKind.shellCommand("peta complete-names approvals")
    static let tools = CompletionKind.shellCommand("peta complete-names tools")
}
