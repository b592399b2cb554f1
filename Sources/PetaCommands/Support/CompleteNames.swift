import ArgumentParser
import PetaAdminAPI

/// What the shells' completion asks. Says nothing at all when the gateway cannot be reached: nobody wants an error at a tab.
struct CompleteNames: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete-names", abstract: "List names for the shell's completion.", shouldDisplay: false)

    @OptionGroup var options: ClientOptions

    @Argument var kind: NameKind

    func run(_ session: Session) throws {
        let client = AdminClient(
            socket: session.client.socket, command: CommandContext.current.words, limitMilliseconds: LiveNames.patience)
        guard let names = try? LiveNames.all(kind, client) else { return }
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
}
