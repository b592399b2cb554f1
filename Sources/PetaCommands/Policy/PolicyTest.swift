import ArgumentParser
import PetaAdminAPI

struct PolicyTest: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Tell how a call would be decided, and why; nothing is called.",
        usage: "peta policy test [<options>] --user <user> --tool <server::tool>",
        discussion: """
            Prints the decision, and of each rule what it made of the call. Rights come before policy: where one is \
            missing the decision is deny, and the rule says which ("no grant", "denied", "not exposed", "own preference"). \
            What policy allows waits for a person all the same where the danger level of the tool is approval ("danger approval").

            Example:
              peta policy test --user alice --tool bank::transfer --args '{"amount":5000}'
              peta policy test --user alice --tool bank::balance -f new.yaml
            """)

    @OptionGroup var options: ClientOptions

    @Option(help: ArgumentHelp("Who calls.", valueName: "user"), completion: LiveNames.users)
    var user: String

    @Option(help: ArgumentHelp("The tool that is called.", valueName: "server::tool"))
    var tool: String?

    @Option(help: ArgumentHelp("The prompt that is asked for.", valueName: "server::prompt"))
    var prompt: String?

    @Option(help: ArgumentHelp("The resource that is read.", valueName: "server::uri"))
    var resource: String?

    @Option(help: ArgumentHelp("The arguments, a JSON object; @FILE reads a file, - standard input.", valueName: "json"))
    var args: String?

    @Option(help: ArgumentHelp("The name that the client gives itself.", valueName: "name"))
    var client: String?

    @Option(help: ArgumentHelp("The address that the call comes from.", valueName: "ip"))
    var address: String?

    @Option(help: ArgumentHelp("The time of the call, as in 2026-12-31T17:00:00Z; now if not given.", valueName: "time"))
    var time: String?

    @Option(
        name: [.short, .long], help: ArgumentHelp("A policy set that is taken as if it were applied; - reads standard input."),
        completion: .file())
    var file: String?

    @Option(help: "The name of that set, where the file does not say.")
    var name: String?

    func validate() throws {
        guard [tool, prompt, resource].compactMap(\.self).count == 1 else {
            throw ValidationError("one of --tool, --prompt and --resource has to be given")
        }
        _ = try target()
        if let time, Timestamp(text: time) == nil {
            throw ValidationError("--time: expected a time like 2026-12-31T17:00:00Z, found '\(time)'")
        }
        if file == "-", args == "-" { throw ValidationError("standard input can be read only once") }
        if name != nil, file == nil { throw ValidationError("--name belongs to a set that is given with -f") }
    }

    func run(_ session: Session) throws {
        let (kind, server, what) = try target()
        var question = PolicyQuestion(user: user, server: server, kind: kind, name: what)
        question.arguments = try args.map { try JSONArguments.read($0, session) }
        question.client = client
        question.address = address
        question.time = time.flatMap(Timestamp.init(text:))
        let answer = try session.naming(.user(user), .server(server)) { try ask(question, session) }
        try session.renderer.show(answer) { PolicyPage.fill(&$0, answer) }
    }

    private func ask(_ question: PolicyQuestion, _ session: Session) throws -> PolicyAnswer {
        guard let path = self.file else { return try session.client.testPolicy(question) }
        let file = try PolicyFile(path, session)
        var question = question
        guard let text = String(validating: file.bytes, as: UTF8.self) else {
            throw AdminError(.invalidArgument, "\(file.name) is not UTF-8")
        }
        question.text = text
        question.set = name
        return try file.naming { try session.client.testPolicy(question) }
    }

    private func target() throws -> (PolicyQuestion.Kind, server: String, name: String) {
        let (option, kind, text) =
            tool.map { ("--tool", PolicyQuestion.Kind.tool, $0) } ?? prompt.map { ("--prompt", .prompt, $0) }
            ?? ("--resource", .resource, resource ?? "")
        guard let (server, name) = ToolNames.split(text) else {
            throw ValidationError("\(option): expected SERVER::NAME, found '\(text)'")
        }
        return (kind, server, name)
    }
}
