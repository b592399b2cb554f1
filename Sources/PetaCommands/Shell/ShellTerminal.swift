import ArgumentParser
import Glibc
import PetaAdminAPI

/// A shell at a terminal: prompt, line, command, and again, until Ctrl-D or `exit`.
final class ShellTerminal {
    private let context: CommandContext
    private let editor: any LineEditor
    private let prompt: ShellPrompt
    private let signals: Int32
    private let history: ShellHistory?
    private var kept: [String] = []
    private var isComplaining = false

    /// Between two looks at the gateway while nobody types, in milliseconds.
    private static let pause: Int32 = 3000

    /// What a person gave.
    private enum Input {
        case line(String)
        case cancelled
        case end
    }

    init(_ context: CommandContext, keepsHistory: Bool) throws {
        signals = TerminalSignals.open().descriptor
        guard signals >= 0 else { throw AdminError(.tryAgain, "the system gives this command no more descriptors") }
        var inside = context
        inside.interruption = Interruption(descriptor: signals)
        self.context = inside
        let socket = SocketLocator(variables: context.variables).socket(flag: nil)
        prompt = ShellPrompt(socket: socket)
        editor = ReadlineEditor(showsOnErrors: !context.console.isOutputTerminal)
        history = keepsHistory ? ShellHistory(variables: context.variables) : nil
        let completer = ShellCompleter { kind, server in
            let client = AdminClient(socket: socket, command: "shell", limitMilliseconds: LiveNames.patience)
            return (try? LiveNames.all(kind, server: server, client)) ?? []
        }
        editor.completer = completer.complete
    }

    /// Runs to its end. The terminal is as before then.
    func run() async throws -> Int32 {
        ShellSignals.takeForPrompt()
        defer { ShellSignals.giveBack() }
        for line in history?.load() ?? [] { remember(line) }
        let state = prompt.ask()
        greet(state)
        var text = ""
        while true {
            switch try read(isContinued: !text.isEmpty) {
            case .end:
                tell("\n")
                if text.isEmpty { return 0 }
                context.console.note("peta: the line is not complete; it is forgotten.")
                text = ""
            case .cancelled: text = ""
            case .line(let line):
                text += line
                let reading = ShellLine(text)
                if reading.open != nil {
                    text += "\n"
                    continue
                }
                keep(text, reading)
                text = ""
                guard await run(reading) else { return 0 }
            }
        }
    }

    // MARK: reading

    private func read(isContinued: Bool) throws -> Input {
        editor.begin(isContinued ? "> " : text(prompt.ask()))
        while true {
            var waiting = [signals, context.console.input].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            let ready = poll(&waiting, 2, Self.pause)
            if ready == 0, !isContinued { editor.replacePrompt(text(prompt.ask())) }
            guard ready > 0 else {
                if ready < 0, errno != EINTR { throw AdminError(.failed, "the terminal cannot be waited for") }
                continue
            }
            for number in waiting[0].revents != 0 ? TerminalSignals.read(signals) : [] {
                if take(number) { return .cancelled }
            }
            guard waiting[1].revents != 0, let result = editor.read() else { continue }
            switch result {
            case .line(let line): return .line(line)
            case .end: return .end
            }
        }
    }

    /// True where a signal cancels the line.
    private func take(_ signal: Int32) -> Bool {
        switch signal {
        case SIGINT:
            editor.leaveLine()
            tell("^C\n")
            editor.cancel()
            return true
        case SIGWINCH: editor.resize()
        case SIGTSTP:
            editor.suspend()
            tell("\n")
            TerminalSignals.stopHere(signals)
            editor.resume()
        case SIGCONT: editor.resume()
        default:
            editor.cancel()
            ShellSignals.giveBack()
            TerminalSignals.endBy(signal)
        }
        return false
    }

    /// Where the person looks, with the size that it has now.
    private var screen: Console {
        let console = context.console
        return Console(
            input: console.input, output: console.isOutputTerminal ? console.output : console.errors, errors: console.errors,
            variables: context.variables)
    }

    private func text(_ state: ShellPrompt.State) -> String {
        let screen = screen
        return ShellPrompt.text(state, columns: screen.width ?? 80, usesColor: screen.usesColor)
    }

    // MARK: running

    /// False where it ends the shell.
    private func run(_ line: ShellLine) async -> Bool {
        if let problem = ShellCommands.problem(line) {
            context.console.note("peta: \(problem).")
            return true
        }
        for command in line.commands {
            let words = ShellCommands.words(command)
            switch words.first {
            case "exit", "quit": return false
            case "clear": tell("\u{1B}[H\u{1B}[2J\u{1B}[3J")
            case "history": showHistory(Array(words.dropFirst()))
            case "help" where words.count == 1: tell(ShellHelp.text(screen))
            case "help" where words.count == 2 && ShellHelp.about(words[1]) != nil: tell((ShellHelp.about(words[1]) ?? "") + "\n")
            default:
                let code = await execute(words)
                // A person who ends one of several commands does not want the rest.
                guard code == 0 else { return true }
            }
        }
        return true
    }

    private func execute(_ words: [String]) async -> Int32 {
        _ = TerminalSignals.read(signals)
        ShellSignals.takeForCommand()
        let code = await ShellCommands(context: context).run(words)
        let isInterrupted = TerminalSignals.read(signals).contains(SIGINT)
        ShellSignals.takeForPrompt()
        // The terminal has written ^C, and no end of its line.
        if isInterrupted { tell("\n") }
        if code != 0, !isInterrupted {
            context.console.note(Style.faint.paint("exit code \(code)", usesColor: screen.usesColor && context.console.isErrorTerminal))
        }
        return code
    }

    private func tell(_ text: String) {
        _ = Console.write(Array(text.utf8), to: screen.output)
    }

    private func greet(_ state: ShellPrompt.State) {
        let hello = "peta \(context.environment.version)"
        let width = context.console.width ?? 80
        tell(width < 60 ? "\(hello): help, exit\n" : "\(hello). 'help' lists the commands, Tab completes, Ctrl-D leaves.\n")
        if state == .absent {
            tell("No gateway answers\(width < 60 ? "" : " at \(Escaped.line(prompt.socket))"); start it with 'peta serve'.\n")
        }
    }

    // MARK: history

    private func remember(_ line: String) {
        kept.append(line)
        if kept.count > ShellHistory.most { kept.removeFirst(kept.count - ShellHistory.most) }
        editor.remember(line)
    }

    /// Only what is a command goes into the file: something else may be a passphrase that was typed too early.
    private func keep(_ text: String, _ line: ShellLine) {
        let commands = line.commands.map(ShellCommands.words)
        guard !commands.isEmpty, commands.allSatisfy({ SecretLines.mayKeep($0, text: text) }), text != kept.last else { return }
        let isCommand = commands.allSatisfy { words in
            ShellCompleter.own.contains { $0.text == words.first } || !CommandWalk(words).words.isEmpty
        }
        guard isCommand else { return }
        remember(text)
        guard let history else { return }
        do {
            try history.append(text)
        } catch {
            // Told once: it would be the same with every line.
            let reason = (error as? FileProblem)?.reason ?? "\(error)"
            if !isComplaining { context.console.note("peta: the history is not kept: \(history.path): \(reason).") }
            isComplaining = true
        }
    }

    private func showHistory(_ arguments: [String]) {
        if arguments == ["--clear"] {
            kept = []
            editor.forgetAll()
            do {
                try history?.clear()
            } catch {
                let reason = (error as? FileProblem)?.reason ?? "\(error)"
                context.console.note("peta: \(history?.path ?? ""): \(reason).")
            }
            return
        }
        let count = arguments.isEmpty ? kept.count : arguments.count == 1 ? Int(arguments[0]) : nil
        guard let count, count >= 0 else {
            context.console.note("peta: expected 'history', 'history COUNT' or 'history --clear'.")
            return
        }
        let first = max(0, kept.count - count)
        let lines = kept[first...].enumerated().map { "\(first + $0.offset + 1)  \(Escaped.line($0.element))\n" }
        tell(lines.joined())
    }
}
