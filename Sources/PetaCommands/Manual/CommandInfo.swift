import ArgumentParser
import PetaAdminAPI

/// What the argument parser knows about a command, read from its dump.
struct CommandInfo {
    /// One argument, option or flag.
    struct Argument {
        let kind: String
        /// `-n` or `--name`; empty for what goes by its place.
        let names: [String]
        let value: String
        let abstract: String
        let isOptional: Bool
        let isRepeating: Bool
        let followsTerminator: Bool
        let completion: ArgumentCompletion
    }

    let path: [String]
    let abstract: String
    /// The discussion up to its examples.
    let prose: String
    let examples: [String]
    let arguments: [Argument]
    let children: [CommandInfo]
    let defaultChild: String?

    init(_ node: JSONNode, above: [String] = []) {
        let path = above + [node["commandName"]?.stringValue ?? ""]
        self.path = path
        abstract = node["abstract"]?.stringValue ?? ""
        let discussion = node["discussion"]?.stringValue ?? ""
        let lines = discussion.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let split = lines.firstIndex(of: "Example:") ?? lines.count
        prose = lines[..<split].joined(separator: "\n")
        examples = lines[min(split + 1, lines.count)...].map { $0.hasPrefix("  ") ? String($0.dropFirst(2)) : $0 }
        arguments = (node["arguments"]?.elements ?? []).compactMap(Self.argument)
        children = (node["subcommands"]?.elements ?? []).filter {
            $0["shouldDisplay"]?.boolValue ?? true && $0["commandName"]?.stringValue != "help"
        }.map { CommandInfo($0, above: path) }
        defaultChild = node["defaultSubcommand"]?.stringValue
    }

    /// The name of the command itself.
    var name: String { path.last ?? "" }

    /// The whole tree.
    static var root: CommandInfo {
        let dump = try? JSONReader.read(Array(RootCommand._dumpHelp().utf8))
        return CommandInfo(dump?["command"] ?? .null)
    }

    var takesJSON: Bool { arguments.contains { $0.names.contains("--json") } }

    private static func argument(_ node: JSONNode) -> Argument? {
        let names = (node["names"]?.elements ?? []).compactMap { name -> String? in
            guard let text = name["name"]?.stringValue else { return nil }
            return (name["kind"]?.stringValue == "short" ? "-" : "--") + text
        }
        guard node["shouldDisplay"]?.boolValue ?? true, !names.contains("--help"), !names.contains("--version") else { return nil }
        return Argument(
            kind: node["kind"]?.stringValue ?? "", names: names, value: node["valueName"]?.stringValue ?? "",
            abstract: node["abstract"]?.stringValue ?? "", isOptional: node["isOptional"]?.boolValue ?? true,
            isRepeating: node["isRepeating"]?.boolValue ?? false,
            followsTerminator: node["parsingStrategy"]?.stringValue == "postTerminator",
            completion: ArgumentCompletion(node))
    }
}
