import ArgumentParser
import PetaAdminAPI

/// The man pages: peta(1), one page for each noun, peta.yaml(5), peta-admin(7) and peta-policy(7).
enum ManualPages {
    /// The date of the last change that is more than a new option.
    private static let date = "November 23, 2026"

    /// Every page with the name of its file. peta-admin(7) needs the text of the OpenAPI document, and is left out without it.
    static func all(openAPI: String?) throws -> [(name: String, text: String)] {
        let root = CommandInfo.root
        return try [("peta.1", overview(root)), ("peta.yaml.5", settings()), (PolicyLanguagePage.name, PolicyLanguagePage.text())]
            + (openAPI.map { [(AdminPage.name, try AdminPage.text(yaml: $0))] } ?? [])
            + root.children.map { ("peta-\($0.path[1]).1", noun($0)) }
    }

    static func head(_ page: inout Mdoc, _ name: String, _ section: Int, _ what: String) {
        page.raw(".\\\" Generated from the declarations of the commands by 'peta generate-manual'.")
        page.raw(".Dd \(date)")
        page.raw(".Dt \(name.uppercased()) \(section)")
        page.raw(".Os")
        page.raw(".Sh NAME")
        page.raw(".Nm \(name)")
        page.macro("Nd", what)
    }

    private static func overview(_ root: CommandInfo) -> String {
        var page = Mdoc()
        head(&page, "peta", 1, "the control plane for MCP servers")
        page.raw(".Sh SYNOPSIS\n.Nm\n.Ar noun\n.Op Ar verb\n.Op Ar options")
        page.raw(".Sh DESCRIPTION")
        page.prose(root.prose)
        page.raw(".Pp")
        page.prose(ManualProse.manners)
        for group in RootCommand.groups {
            page.macro("Ss", group.name)
            page.raw(".Bl -tag -width Ds")
            for command in group.subcommands {
                page.raw(".It Xr peta-\(command._commandName) 1")
                page.prose(command.configuration.abstract)
            }
            page.raw(".El")
        }
        page.raw(".Sh ENVIRONMENT\n.Bl -tag -width Ds")
        for (variable, what) in ManualReferences.variables {
            page.raw(".It Ev \(variable)")
            page.prose(what)
        }
        page.raw(".El")
        page.prose("Every setting has a variable of its own; they are listed in")
        page.raw(".Xr peta.yaml 5 .")
        page.raw(".Sh FILES\n.Bl -tag -width Ds")
        for (path, what) in ManualProse.files {
            page.raw(".It Pa \(path)")
            page.prose(what)
        }
        page.raw(".El")
        exitStatus(&page)
        page.raw(".Sh EXAMPLES")
        page.literal(root.examples)
        page.raw(".Sh SEE ALSO")
        let others = root.children.map(\.path[1]).sorted().map { ".Xr peta-\($0) 1 ," }
        page.raw(others.joined(separator: "\n") + "\n.Xr peta.yaml 5 ,\n.Xr peta-admin 7 ,\n.Xr peta-policy 7")
        return page.text
    }

    private static func noun(_ noun: CommandInfo) -> String {
        var page = Mdoc()
        let name = noun.path.joined(separator: "-")
        head(&page, name, 1, noun.abstract.hasSuffix(".") ? String(noun.abstract.dropLast()) : noun.abstract)
        // Verbs of a noun below a noun stand among the others.
        let verbs = noun.children.isEmpty ? [noun] : noun.children.flatMap { $0.children.isEmpty ? [$0] : $0.children }
        page.raw(".Sh SYNOPSIS")
        for verb in verbs { synopsis(&page, verb) }
        page.raw(".Sh DESCRIPTION")
        page.prose(noun.prose.isEmpty ? noun.abstract : noun.prose)
        if noun.children.isEmpty {
            details(&page, noun)
        } else {
            for verb in verbs {
                page.macro("Ss", verb.path.joined(separator: " "))
                page.prose(verb.abstract)
                if !verb.prose.isEmpty {
                    page.raw(".Pp")
                    page.prose(verb.prose)
                }
                details(&page, verb)
            }
        }
        if noun.path.last == Policy._commandName { PolicyLanguagePage.refer(&page) }
        if noun.path.last == Approve._commandName { ApproveProse.write(&page) }
        if noun.path.last == Shell._commandName { ShellProse.write(&page) }
        if noun.path.last == Audit._commandName { AuditProse.write(&page) }
        ManualReferences.environment(&page, noun)
        ManualReferences.files(&page, noun)
        exitStatus(&page, noun.path.last == Approve._commandName ? ApproveProse.exitCodes : ManualProse.exitCodes)
        page.raw(".Sh EXAMPLES")
        let examples = (noun.examples + (noun.children.isEmpty ? [] : verbs.flatMap(\.examples))).reduce(into: [String]()) { all, line in
            if !all.contains(line) { all.append(line) }
        }
        page.literal(examples)
        ManualReferences.seeAlso(&page, noun)
        return page.text
    }

    private static func synopsis(_ page: inout Mdoc, _ command: CommandInfo) {
        page.raw(".Nm \(command.path.joined(separator: " "))")
        for argument in command.arguments where argument.kind != "positional" {
            let name = argument.names.last ?? ""
            let value = argument.kind == "option" ? " Ar \(argument.value)" : ""
            page.raw(".Op Fl \(name.dropFirst())\(value)\(argument.isRepeating ? " ..." : "")")
        }
        for argument in command.arguments where argument.kind == "positional" {
            if argument.followsTerminator {
                page.raw(".Op Fl \\&- Ar \(argument.value) ...")
            } else {
                let dots = argument.isRepeating ? " ..." : ""
                page.raw(argument.isOptional ? ".Op Ar \(argument.value)\(dots)" : ".Ar \(argument.value)\(dots)")
            }
        }
    }

    private static func details(_ page: inout Mdoc, _ command: CommandInfo) {
        if !command.arguments.isEmpty {
            page.raw(".Bl -tag -width Ds")
            for argument in command.arguments {
                if argument.kind == "positional" {
                    page.raw(".It Ar \(argument.value)")
                } else {
                    let value = argument.kind == "option" ? " Ar \(argument.value)" : ""
                    let names = argument.names.map { "Fl \($0.dropFirst())" }.joined(separator: " , ")
                    page.raw(".It \(names)\(value)")
                }
                page.prose(argument.abstract.isEmpty ? "See above." : argument.abstract)
            }
            page.raw(".El")
        }
        if let shape = JSONShapes.all[command.path.dropFirst().joined(separator: " ")] {
            page.raw(".Pp")
            page.prose("With --json: \(shape)")
        }
    }

    private static func exitStatus(_ page: inout Mdoc, _ codes: [(String, String)] = ManualProse.exitCodes) {
        page.raw(".Sh EXIT STATUS\n.Bl -tag -width Ds")
        for (code, meaning) in codes {
            page.raw(".It \(code)")
            page.prose(meaning)
        }
        page.raw(".El")
        page.prose("An error is told on standard error, with --json as {error:{code, message, hint}}.")
    }

    private static func settings() -> String {
        var page = Mdoc()
        head(&page, "peta.yaml", 5, "the configuration of the gateway")
        page.raw(".Sh DESCRIPTION")
        page.prose(ManualProse.configuration)
        page.raw(".Bl -tag -width Ds")
        for setting in SettingTable.all {
            page.raw(".It Sy \(setting.key)")
            page.prose(setting.help)
            page.prose("It is " + ExampleFile.lowerCasedNote(setting))
            let isAbsent = setting.read(ServeSettings()) == .absent
            let standard = isAbsent ? "There is none by default." : "The default is \(ExampleFile.value(setting))."
            page.prose(standard + " " + SettingTable.whenInForce(setting.key))
        }
        page.raw(".El")
        page.raw(".Sh ENVIRONMENT")
        page.prose(
            "Every key has a variable: PETA_ and the key in capitals, with _ for each dot and before each capital letter; those above name theirs."
        )
        page.raw(".Sh FILES\n.Bl -tag -width Ds")
        for (path, what) in ManualProse.files where path.hasSuffix(".yaml") {
            page.raw(".It Pa \(path)")
            page.prose(what)
        }
        page.raw(".El")
        page.raw(".Sh EXAMPLES")
        page.literal([
            "listen: [\"0.0.0.0:3002\"]", "tls:", "  certificate: /etc/peta/tls.crt", "  key: /etc/peta/tls.key", "limits:",
            "  bodyBytes: 8MiB",
        ])
        page.raw(".Sh SEE ALSO\n.Xr peta 1 ,\n.Xr peta-config 1 ,\n.Xr peta-serve 1 ,\n.Xr systemd.service 5")
        return page.text
    }
}
