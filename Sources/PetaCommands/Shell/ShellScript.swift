import Glibc
import PetaAdminAPI

/// Runs the lines of a standard input that is no terminal. There is no prompt and no history.
struct ShellScript {
    private let context: CommandContext
    private let keepsGoing: Bool

    /// The longest command, in bytes.
    private static let longest = 1 << 20

    init(_ context: CommandContext, keepsGoing: Bool) {
        self.context = context
        self.keepsGoing = keepsGoing
    }

    /// The exit code: that of the first command that failed.
    func run() async throws -> Int32 {
        // A command that reads would take the lines that follow for what it asks for.
        let nothing = Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(nothing) }
        let commands = ShellCommands(context: context, input: nothing)
        var lines = Lines(descriptor: context.console.input)
        var text = ""
        var open: ShellLine.Open?
        var begin = 0
        var code: Int32 = 0
        var number = 0
        while let next = try lines.next(longest: Self.longest - text.utf8.count) {
            number += 1
            begin = text.isEmpty ? number : begin
            text += next
            let line = ShellLine(text)
            open = line.open
            if open != nil {
                text += "\n"
                continue
            }
            text = ""
            let result = await run(line, begin, commands)
            guard let result, !context.console.isOutputClosed else { return code }
            guard result != 0 else { continue }
            if code == 0 { code = result }
            context.console.note("peta: line \(begin) ended with \(result)" + (keepsGoing ? "" : "; what follows is not run"))
            if !keepsGoing { return code }
        }
        if let open {
            let what = open == .backslash ? "the last line ends with \\" : "the \(open.sign) of the command in line \(begin) is not closed"
            throw AdminError(.invalidArgument, what)
        }
        return code
    }

    /// The exit code of a line; nil where it ends the script.
    private func run(_ line: ShellLine, _ number: Int, _ commands: ShellCommands) async -> Int32? {
        for command in line.commands {
            let words = ShellCommands.words(command)
            if let problem = ShellCommands.problem(line) {
                context.console.note("peta: \(problem).")
                return FailureReport.usageCode
            }
            if ["exit", "quit"].contains(words.first) { return nil }
            let code = await commands.run(words)
            if code != 0 { return code }
        }
        return 0
    }

    /// Lines of a descriptor, each as soon as it is there.
    private struct Lines {
        let descriptor: Int32
        private var buffer: [UInt8] = []
        private var start = 0
        private var isOver = false
        private var count = 0

        init(descriptor: Int32) { self.descriptor = descriptor }

        /// Nil at the end.
        mutating func next(longest: Int) throws -> String? {
            count += 1
            while true {
                if let end = buffer[start...].firstIndex(of: 0x0A) {
                    defer { start = end + 1 }
                    return try text(buffer[start..<end])
                }
                guard buffer.count - start <= longest else {
                    throw AdminError(.invalidArgument, "line \(count): longer than 1 MiB")
                }
                if isOver {
                    guard start < buffer.count else { return nil }
                    defer { start = buffer.count }
                    return try text(buffer[start...])
                }
                buffer.removeFirst(start)
                start = 0
                var chunk = [UInt8](repeating: 0, count: 65_536)
                let read = Glibc.read(descriptor, &chunk, chunk.count)
                if read < 0, errno == EINTR { continue }
                guard read >= 0 else { throw FileProblem(path: "standard input", number: errno) }
                if read == 0 { isOver = true }
                buffer += chunk[..<read]
            }
        }

        private func text(_ bytes: ArraySlice<UInt8>) throws -> String {
            guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
                throw AdminError(.invalidArgument, "line \(count): it is not a text in UTF-8")
            }
            return text
        }
    }
}
