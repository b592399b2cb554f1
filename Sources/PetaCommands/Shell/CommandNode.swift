import ArgumentParser
import PetaAdminAPI

/// A command of the tree, looked at without the cost of describing the whole tree.
struct CommandNode {
    private let type: any ParsableCommand.Type

    static var root: CommandNode { CommandNode(type: RootCommand.self) }

    var name: String { type._commandName }
    var abstract: String { type.configuration.abstract }

    /// Those that are shown.
    var children: [CommandNode] {
        type.configuration.subcommands.filter { $0.configuration.shouldDisplay }.map { CommandNode(type: $0) }
    }

    func child(_ name: String) -> CommandNode? { children.first { $0.name == name } }

    /// What a bare noun stands for.
    var defaultChild: CommandNode? { type.configuration.defaultSubcommand.map { CommandNode(type: $0) } }

    /// What it takes.
    var arguments: [CommandInfo.Argument] {
        let dump = try? JSONReader.read(Array(type._dumpHelp().utf8))
        return CommandInfo(dump?["command"] ?? .null).arguments
    }
}
