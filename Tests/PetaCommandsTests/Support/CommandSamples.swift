import Foundation

/// A way to run each command that needs arguments; one that is not here is run without any.
enum CommandSamples {
    static let arguments: [String: [String]] = [
        "approve allow": ["ap_000001"], "approve deny": ["ap_000001", "--reason", "because"], "approve show": ["ap_000001"],
        "audit query": ["--user", "alice"], "completion": ["bash"], "connect": ["cursor"], "doctor": ["--verbose"],
        "network allow add": ["10.0.0.0/8"],
        "network allow remove": ["10.0.0.0/8"], "network mode": ["enforce"], "policy apply": ["-f", "-"], "policy archive": ["bank"],
        "policy diff": ["-f", "-"], "policy effective": ["bank"], "policy history": ["bank"], "policy lint": ["-"],
        "policy remove": ["bank", "--yes"], "policy show": ["bank"], "policy test": ["--user", "alice", "--tool", "bank::transfer"],
        "secret remove": ["github", "--yes"], "secret set": ["github", "--from-env", "VALUE"], "secret show": ["github"],
        "server add": ["files", "--", "files", "mcp"], "server import": ["/SCRATCH/mcp.json", "--dry-run", "--show-client"],
        "server call": ["files", "list_directory"], "server disable": ["files"],
        "server enable": ["files"], "server logs": ["files"], "server remove": ["files", "--yes"], "server restart": ["files"],
        "server show": ["files"], "server start": ["files"], "server stop": ["files"], "server tool accept": ["files", "--all", "--yes"],
        "server tool set": ["files", "write", "--danger", "approval"], "server tools": ["files"],
        "server update": ["files", "--title", "Files"], "token create": ["alice"], "token revoke": ["tok_1", "--yes"],
        "tool which": ["files::list_directory"], "user add": ["alice"], "user deny": ["alice", "files"], "user disable": ["alice"],
        "user enable": ["alice"], "user grant": ["alice", "files"], "user remove": ["alice", "--yes"],
        "user revoke": ["alice", "files"], "user rights": ["alice"], "user show": ["alice"], "user update": ["alice", "--name", "Alice"],
        "why": ["r7"], "audit report": ["-o", "/SCRATCH/audit.html"], "vault seal": ["--yes"],
        "backup create": ["/SCRATCH/made.backup", "--force", "--from-file", "/SCRATCH/new"],
        "backup show": ["/SCRATCH/old", "--from-file", "/SCRATCH/new"], "backup verify": ["/SCRATCH/old", "--from-file", "/SCRATCH/new"],
        "backup restore": ["/SCRATCH/old", "--from-file", "/SCRATCH/new", "--replace", "--yes", "--data-dir", "/var/lib/peta data"],
        "vault passphrase": ["--current-file", "/SCRATCH/old", "--from-file", "/SCRATCH/new"],
    ]

    /// The environment under which they run.
    static let variables = ["VALUE": "v", "PETA_SOCKET": "/nowhere/s", "XDG_RUNTIME_DIR": "/nowhere/run"]

    /// Where the commands above read and write files.
    static let scratch: String = {
        let path = NSTemporaryDirectory() + "peta-samples-\(getpid())"
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for name in ["old", "new"] {
            _ = FileManager.default.createFile(
                atPath: path + "/" + name, contents: Data("the \(name) passphrase of a test\n".utf8), attributes: [.posixPermissions: 0o600]
            )
        }
        let servers = #"{"mcpServers":{"work":{"command":"work-server","args":["--api-key","ghp_of_a_test_0000000000000000000000001"]}}}"#
        _ = FileManager.default.createFile(atPath: path + "/mcp.json", contents: Data(servers.utf8))
        return path
    }()

    /// The words of a command with its arguments.
    static func line(_ words: [String]) -> [String] {
        words + (arguments[words.joined(separator: " ")] ?? []).map { $0.replacingOccurrences(of: "/SCRATCH", with: scratch) }
    }
}
