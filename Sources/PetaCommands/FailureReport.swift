import ArgumentParser
import PetaAdminAPI

/// Tells a person or a script on standard error what went wrong, and chooses the exit code.
struct FailureReport {
    let console: Console
    let isJSON: Bool
    /// The words of the command, for a pointer to its help.
    let words: [String]

    /// EX_USAGE of sysexits.h.
    static let usageCode: Int32 = 64
    /// What a shell reports for a command that Ctrl-C ended.
    static let interruptedCode: Int32 = 130

    /// An error of the argument parser, or its way to ask for help.
    func parsing(_ error: any Error) -> Int32 {
        if let error = error as? AdminError { return report(error) }
        guard RootCommand.exitCode(for: error).isSuccess else { return usage(RootCommand.message(for: error)) }
        do {
            try console.write(RootCommand.fullMessage(for: error) + "\n")
            return 0
        } catch {
            return running(error)
        }
    }

    /// An error that a running command ended with.
    func running(_ error: any Error) -> Int32 {
        switch error {
        case let error as AdminError: return report(error)
        case let error as FileProblem: return report(error.adminError)
        case let error as OutputClosed where error.isBrokenPipe: return 0
        case is OutputClosed: return report(AdminError(.failed, "standard output cannot be written to"))
        case is Interrupted: return Self.interruptedCode
        case let code as ExitCode: return code.rawValue
        case is ValidationError, is CleanExit: return parsing(error)
        // The parser asks for help and version by an error of a type that it keeps to itself.
        case _ where RootCommand.exitCode(for: error).isSuccess: return parsing(error)
        default: return report(AdminError(.internal, "\(error)"))
        }
    }

    /// A command that cannot be understood.
    func usage(_ message: String) -> Int32 {
        let first = message.hasPrefix("Error: ") ? String(message.dropFirst(7)) : message
        let help = (["peta"] + words + ["--help"]).joined(separator: " ")
        _ = report(AdminError(.invalidArgument, Self.decapitalised(first), hint: "See '\(help)'."))
        return Self.usageCode
    }

    private func report(_ error: AdminError) -> Int32 {
        if isJSON, let bytes = try? AdminJSON.encode(error) {
            console.note(String(decoding: Escaped.json(bytes), as: UTF8.self))
        } else {
            for problem in error.problems { console.note(Escaped.line(problem.text)) }
            let message = Escaped.line(error.message)
            let end = message.last.map { ".!?".contains($0) } ?? true ? "" : "."
            let hint = error.hint.map { " " + Hint.sentence(Escaped.line($0)) } ?? ""
            console.note("peta: \(message)\(end)\(hint)")
        }
        return error.code.exitCode
    }

    /// The parser's messages start with a capital letter and ours do not, since they follow "peta: ".
    private static func decapitalised(_ text: String) -> String {
        guard let first = text.first, first.isUppercase, text.dropFirst().first?.isLowercase ?? false else { return text }
        return first.lowercased() + text.dropFirst()
    }
}
