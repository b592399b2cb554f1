import Foundation
import PetaTestSupport

/// `peta shell` at a terminal of its own, with a gateway that the test plays and a state directory of its own.
final class ShellRig {
    let directory: TemporaryDirectory
    let script: AdminScript
    let terminal: TerminalProcess
    let before: [UInt32]
    let screen: ShellScreen

    var history: String { directory.path("state/peta/history") }

    init(
        rows: Int = 24, columns: Int = 80, variables: [String: String] = [:], arguments: [String] = [],
        directory: TemporaryDirectory? = nil,
        prepare: (AdminScript) -> Void = { $0.status() }
    ) throws {
        self.directory = try directory ?? TemporaryDirectory()
        script = try AdminScript(path: self.directory.path("s"))
        prepare(script)
        terminal = try Self.terminal(
            self.directory, socket: script.path, arguments: arguments, variables: variables, rows: rows, columns: columns)
        before = terminal.flags
        screen = ShellScreen(terminal)
    }

    static func terminal(
        _ directory: TemporaryDirectory, socket: String, arguments: [String] = [], variables: [String: String] = [:], rows: Int = 24,
        columns: Int = 80
    ) throws -> TerminalProcess {
        try TerminalProcess(
            PetaBinary.path(), ["shell"] + arguments, environment: environment(directory, socket).merging(variables) { $1 }, rows: rows,
            columns: columns)
    }

    static func environment(_ directory: TemporaryDirectory, _ socket: String) -> [String: String] {
        ChildProcess.plainEnvironment.merging([
            "PETA_SOCKET": socket, "TERM": "xterm", "HOME": directory.path, "XDG_STATE_HOME": directory.path("state"),
            // Nobody's own settings of the editor.
            "INPUTRC": "/dev/null",
        ]) { $1 }
    }

    func type(_ text: String) throws { try screen.type(text) }
    func prompt(_ text: String = "peta> ") throws { try screen.prompt(text) }

    /// Waits for the prompt and types a line.
    func run(_ line: String, after prompt: String = "peta> ") throws {
        try screen.prompt(prompt)
        try screen.type(line + "\r")
    }

    /// Leaves with Ctrl-D; the terminal has to be as before.
    func leave() throws -> ChildProcess.End {
        try screen.prompt("peta")
        try screen.type("\u{4}")
        return try terminal.end()
    }
}

/// Knows for which prompt it waits: one that is on the screen may be that of a line before.
final class ShellScreen {
    let terminal: TerminalProcess
    /// So often a line was begun once everything that was typed is read.
    private var lines = 1

    /// Begins to take pastes: the editor says so with every line.
    private static let begin = "\u{1B}[?2004h"

    init(_ terminal: TerminalProcess) { self.terminal = terminal }

    /// Types. Enter and Ctrl-C end a line.
    func type(_ text: String) throws {
        lines += text.unicodeScalars.count { $0 == "\r" || $0 == "\u{3}" }
        try terminal.type(text)
    }

    /// Waits until a prompt waits for input in the last row that holds something.
    func prompt(_ prompt: String = "peta> ", isDumb: Bool = false) throws {
        let trimmed = prompt.trimmingCharacters(in: .whitespaces)
        let wanted = lines
        try terminal.see("the prompt '\(trimmed)'") { rows, output in
            guard isDumb || output.components(separatedBy: Self.begin).count > wanted else { return false }
            return rows.last { !$0.isEmpty }.map { $0.hasPrefix(trimmed) && $0.hasSuffix(">") } ?? false
        }
    }
}
