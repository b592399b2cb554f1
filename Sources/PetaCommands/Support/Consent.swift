import ArgumentParser
import Glibc
import PetaAdminAPI

/// Asks before something that cannot be undone.
enum Consent {
    /// Throws unless the answer is yes. Without a terminal nobody can answer, so `--yes` has to be given.
    static func ask(_ question: String, console: Console, yes: Bool, because reason: String) throws {
        if yes { return }
        guard console.isInputTerminal, console.isErrorTerminal else {
            throw ValidationError("\(reason), and there is no terminal to ask at; add --yes")
        }
        _ = Console.write(Array((Escaped.line(question) + " [y/N] ").utf8), to: console.errors)
        var answer: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            guard Interrupts.awaitInput(console.input) else { throw Interrupted() }
            let count = Glibc.read(console.input, &byte, 1)
            if count < 0, errno == EINTR { throw Interrupted() }
            guard count == 1, byte != 0x0A, answer.count < 100 else { break }
            answer.append(byte)
        }
        guard ["y", "yes"].contains(String(decoding: answer, as: UTF8.self).lowercased()) else {
            throw AdminError(.failed, "nothing was changed")
        }
    }
}
