import ArgumentParser
import PetaAdminAPI

struct ServerToolSet: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Expose or hide a tool, prompt or resource, or set a tool's danger level.",
        usage: "peta server tool set [<options>] <id> [<tool>]",
        discussion: """
            What is off is neither listed nor callable, for anybody. Levels: silent (a call runs), notify (it runs, and reviewers \
            see it), approval (it waits for somebody to approve it); users may raise a level for themselves. Settings follow the \
            name, also of what the server does not offer yet, and go with the server. They take effect on running sessions at once.

            Example:
              peta server tool set bank transfer --danger approval
              peta server tool set bank drop_all --off
              peta server tool set files --resource file:///etc/passwd --off
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The server.", completion: LiveNames.servers)
    var id: String

    @Argument(help: "The tool, by its name at the server.", completion: LiveNames.tools)
    var tool: String?

    @Option(help: ArgumentHelp("A prompt in place of a tool.", valueName: "name"))
    var prompt: String?

    @Option(help: ArgumentHelp("A resource or template in place of a tool, by its URI at the server.", valueName: "uri"))
    var resource: String?

    @Option(help: ArgumentHelp("silent, notify or approval; default takes the setting back.", valueName: "level"))
    var danger: DangerChoice?

    @Flag(help: "Expose it.")
    var on = false

    @Flag(help: "Hide it.")
    var off = false

    enum DangerChoice: String, ExpressibleByArgument, CaseIterable { case silent, notify, approval, `default` }

    func validate() throws {
        guard [tool, prompt, resource].compactMap(\.self).count == 1 else {
            throw ValidationError("one of a tool, --prompt and --resource has to be given")
        }
        if on, off { throw ValidationError("give only one of --on and --off") }
        if danger != nil, tool == nil { throw ValidationError("only a tool has a danger level") }
        if !on, !off, danger == nil { throw ValidationError("nothing to change was named: --on, --off or --danger") }
    }

    func run(_ session: Session) throws {
        let (kind, name) =
            tool.map { ("tool", $0) } ?? prompt.map { ("prompt", $0) } ?? ("resource", resource ?? "")
        let patch = CapabilityPatch(
            kind: kind, name: name, exposed: on ? true : off ? false : nil, danger: danger.map { $0 == .default ? "" : $0.rawValue })
        let entry = try session.naming(.server(id)) { try session.client.setCapability(patch, on: id) }
        if !entry.offered { session.console.note(Escaped.line("'\(id)' is not known to offer this \(kind) yet")) }
        try session.renderer.show(entry) { page in
            let level = entry.danger.map { ", danger \($0)" } ?? ""
            page.line("\(entry.server)::\(entry.name): \(entry.exposed ? "exposed" : "hidden")\(level)")
        }
    }
}
