/// What the page of a noun refers to: variables, files, other pages.
enum ManualReferences {
    static let variables = [
        ("PETA_SOCKET", "The admin socket to which every command but serve connects."), ("PETA_DATA_DIR", "The data directory."),
        ("PETA_CONFIG", "The configuration file."), ("NO_COLOR", "Set to anything: no colours."),
        ("TERM", "Where it is dumb or not set: no colours, and nothing that moves the cursor."),
    ]

    /// Beside those of every client of the gateway.
    private static let ownVariables: [String: [(String, String)]] = [
        "mcp-stdio": [("PETA_TOKEN", "The access token, where none is given by an option.")],
        "shell": [
            ("XDG_STATE_HOME", "Where the history is kept; ~/.local/state if it is not set."),
            ("INPUTRC", "The settings of GNU readline, for the program peta; ~/.inputrc if it is not set."),
            ("LC_ALL, LC_CTYPE, LANG", "How characters are encoded; C.UTF-8 if none is set."),
        ],
    ]

    private static let ownFiles: [String: [(String, String)]] = [
        "shell": [("~/.local/state/peta/history", "The history; only its owner may read it.")],
        "policy": [("/usr/share/doc/peta/policy-example.yaml", "A policy set with most of what the language has.")],
        "completion": [
            (
                "/usr/share/bash-completion/completions/peta, /usr/share/zsh/site-functions/_peta, /usr/share/fish/vendor_completions.d/peta.fish",
                "Where the package puts the scripts."
            )
        ],
    ]

    private static let related: [String: [String]] = [
        "serve": ["config", "status"], "status": ["serve"], "shell": ["completion"], "config": ["serve"],
        "server": ["secret", "tool", "user"], "tool": ["server", "user"], "secret": ["server", "vault"], "user": ["token", "why"],
        "token": ["connect", "user"], "policy": ["approve", "why"], "approve": ["policy", "why"], "network": ["token", "user"],
        "audit": ["why"], "why": ["audit", "policy", "user"], "connect": ["mcp-stdio", "token"], "mcp-stdio": ["connect", "user"],
        "completion": ["shell"], "demo-server": ["server"], "version": ["status"],
    ]
    private static let relatedElsewhere: [String: [String]] = [
        "policy": [".Xr peta-policy 7"], "shell": [".Xr readline 3"], "audit": [".Xr peta-admin 7"], "status": [".Xr peta-admin 7"],
        "serve": [".Xr peta-admin 7"], "completion": [".Xr bash 1", ".Xr fish 1", ".Xr zsh 1"],
    ]

    static func environment(_ page: inout Mdoc, _ noun: CommandInfo) {
        let isClient = takes("--admin-socket", noun) && noun.name != "serve"
        let shared =
            isClient
            ? variables.filter { $0.0 != "PETA_CONFIG" || noun.name == "config" }
            : variables.filter { noun.name == "serve" && $0.0 != "PETA_SOCKET" || $0.0 == "NO_COLOR" }
        page.raw(".Sh ENVIRONMENT\n.Bl -tag -width Ds")
        for (variable, what) in shared + (ownVariables[noun.name] ?? []) {
            page.raw(".It Ev \(variable)")
            page.prose(what)
        }
        page.raw(".El")
        if noun.name == "serve" || noun.name == "config" {
            page.prose("Every setting has a variable of its own; they are listed in")
            page.raw(".Xr peta.yaml 5 .")
        }
    }

    static func files(_ page: inout Mdoc, _ noun: CommandInfo) {
        let all = (takes("--admin-socket", noun) ? ManualProse.files : []) + (ownFiles[noun.name] ?? [])
        guard !all.isEmpty else { return }
        page.raw(".Sh FILES\n.Bl -tag -width Ds")
        for (path, what) in all {
            page.raw(".It Pa \(Mdoc.word(path))")
            page.prose(what)
        }
        page.raw(".El")
    }

    /// By section and name, as a reader looks for them.
    static func seeAlso(_ page: inout Mdoc, _ noun: CommandInfo) {
        let known = Set(CommandInfo.root.children.map(\.name))
        let first = ["peta"] + (related[noun.name] ?? []).filter(known.contains).sorted().map { "peta-" + $0 }
        let other = (relatedElsewhere[noun.name] ?? []) + [".Xr peta.yaml 5"]
        let all = first.map { ".Xr \($0) 1" } + other
        page.raw(".Sh SEE ALSO")
        page.raw(all.sorted { (section($0), $0) < (section($1), $1) }.joined(separator: " ,\n"))
    }

    private static func section(_ reference: String) -> String { String(reference.suffix(1)) }

    private static func takes(_ option: String, _ command: CommandInfo) -> Bool {
        command.arguments.contains { $0.names.contains(option) } || command.children.contains { takes(option, $0) }
    }
}
