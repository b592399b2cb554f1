import PetaCommands
import Testing

@Suite struct ShellCompleterTests {
    /// What is offered at the end of a line; nil: names of files.
    private func offered(_ text: String, _ names: [String: [String]] = [:]) -> [String]? {
        let completer = ShellCompleter { kind, server in names[kind.rawValue + (server.map { " " + $0 } ?? "")] ?? [] }
        let line = ShellLine(text)
        let word = line.endsInWord ? line.last.last : nil
        let start = word.map { $0.start + (line.open == nil ? 0 : 1) } ?? text.utf8.count
        switch completer.complete(LineEditing(text: text, start: start)) {
        case .nothing: return []
        case .words(let words): return words.map(\.text)
        case .files: return nil
        }
    }

    @Test("nouns, verbs and the shell's own words are offered, and nothing that has no place in it")
    func words() throws {
        let all = try #require(offered(""))
        #expect(all.contains("server") && all.contains("exit") && all.contains("help"))
        #expect(!all.contains("serve") && !all.contains("shell") && !all.contains("complete-names"))
        #expect(offered("ser") == ["server"])
        #expect(offered("peta ser") == ["server"])
        #expect(offered("server sh") == ["show"])
        #expect(offered("help server sh") == ["show"])
        #expect(offered("server tool ") == ["accept", "set"])
        #expect(offered("status\nserver sh") == ["show"])
        #expect(offered("# ser") == [] && offered("exit ") == [] && offered("nonsense ") == [])
    }

    @Test("options are offered while they may still be given, and values of those that have a choice")
    func options() throws {
        #expect(offered("status --j") == ["--json"])
        #expect(offered("status --json --j") == [])
        #expect(try #require(offered("status ")).contains("--json"))
        #expect(offered("server --j") == ["--json"], "a bare noun takes what its list takes")
        #expect(offered("server tool set files x --danger ap") == ["approval"])
        #expect(offered("server tool set files x --danger=ap") == ["--danger=approval"])
        #expect(offered("user add x --label a=b --la") == ["--label"], "may be repeated")
        #expect(offered("completion ") == ["bash", "fish", "zsh"])
        #expect(offered("policy apply -f ") == nil)
        #expect(offered("server add x -- ./") == nil)
        #expect(offered("user add x --name ") == [])
    }

    @Test("names of the gateway are offered where they belong")
    func names() {
        let names = [
            "servers": ["files", "docs"], "tools files": ["read", "write"], "tools": ["read", "other"], "users": ["alice", "bob"],
            "targets": ["files", "files::read"],
        ]
        #expect(offered("server show ", names) == ["docs", "files"])
        #expect(offered("server show fi", names) == ["files"])
        #expect(offered("server call files ", names) == ["read", "write"], "tools of that server alone")
        #expect(offered("audit query --tool ", names) == ["other", "read"])
        #expect(offered("user grant al", names) == ["alice"])
        #expect(offered("user grant alice files:", names) == ["files::read"])
        #expect(offered("user grant alice files ", names) == ["files", "files::read"], "may be repeated")
        #expect(offered("server call --json files ", names) == ["read", "write"])
        #expect(offered("server show 'fi", names) == ["files"])
        #expect(offered("server show \"fi", names) == ["files"])
    }

    @Test("names that could do harm or cannot be typed as they are, are not offered")
    func hostile() {
        let names = [
            "tools f": [
                "good", "имя漢字", "a\u{1B}[2Jb", "a b", "a'b", "a\"b", "$(reboot)", "`x`", "a;b", "a|b", "#a", "", "a\u{202E}b", "a\nb",
                String(repeating: "x", count: 300),
            ]
        ]
        #expect(offered("server call f ", names) == ["good", "имя漢字"])
        #expect(offered("server call f 'a", names) == ["a b", "a;b", "a|b"], "in quotes some of them can")
    }

    @Test("a word of several pieces is left as it is")
    func pieces() {
        let completer = ShellCompleter { _, _ in ["alice"] }
        #expect(completer.complete(LineEditing(text: "user show al'ic", start: 13)) == .nothing)
    }
}
