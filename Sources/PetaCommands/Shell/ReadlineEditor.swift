import CReadline
import Glibc

/// A line editor by GNU readline, through its interface for callers that wait themselves.
///
/// The library keeps its state in variables of the process, so there is one of these at most.
final class ReadlineEditor: LineEditor {
    var completer: (LineEditing) -> LineCompletion = { _ in .nothing }
    private var result: LineResult?
    private var isReading = false
    private var prompt = ""

    /// The one whose line is read, and what its completer found: the library calls functions that can hold nothing.
    nonisolated(unsafe) private static weak var current: ReadlineEditor?  // safe: only the shell's one task comes here, as below
    nonisolated(unsafe) private static var found: [String] = []
    nonisolated(unsafe) private static var position = 0

    /// The library keeps these; they are never freed.
    nonisolated(unsafe) private static let quotes = strdup("'\"")  // safe: never changed
    nonisolated(unsafe) private static let quoted = strdup(" \t\n'\"\\#|;<>")  // safe: never changed

    /// An editor on standard input that shows on standard output, or on standard error.
    init(showsOnErrors: Bool) {
        // Without a locale one character of several bytes would be several; one that is set goes before this.
        setlocale(LC_CTYPE, "C.UTF-8")
        peta_rl_setup(
            showsOnErrors ? peta_stderr() : peta_stdout(), { text, start, _ in ReadlineEditor.complete(text, Int(start)) }, Self.quotes,
            Self.quoted)
        using_history()
        stifle_history(Int32(ShellHistory.most))
        Self.current = self
    }

    func begin(_ prompt: String) {
        result = nil
        isReading = true
        self.prompt = prompt
        peta_rl_take_size()
        rl_callback_handler_install(prompt) { line in ReadlineEditor.current?.take(line) }
    }

    func read() -> LineResult? {
        rl_callback_read_char()
        return result
    }

    func leaveLine() { peta_rl_leave_line() }

    func cancel() {
        guard isReading else { return }
        peta_rl_forget_line()
        finish()
    }

    func suspend() {
        leaveLine()
        rl_deprep_terminal()
    }

    func resume() {
        rl_prep_terminal(1)
        peta_rl_take_size()
        peta_rl_redraw()
    }

    func resize() { rl_resize_terminal() }

    func replacePrompt(_ prompt: String) {
        guard isReading, prompt != self.prompt, peta_rl_is_plain() != 0 else { return }
        self.prompt = prompt
        peta_rl_replace_prompt(prompt)
    }

    func remember(_ line: String) { add_history(line) }

    func forgetAll() { clear_history() }

    private func finish() {
        isReading = false
        rl_callback_handler_remove()
    }

    private func take(_ line: UnsafeMutablePointer<CChar>?) {
        finish()
        guard let line else {
            result = .end
            return
        }
        result = .line(String(cString: line))
        free(line)
    }

    private static func complete(
        _ text: UnsafePointer<CChar>?, _ start: Int
    ) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
        peta_rl_no_file_names()
        guard let current, let text, let line = peta_rl_line() else { return nil }
        let before = UnsafeBufferPointer(start: line, count: Int(peta_rl_point())).map { UInt8(bitPattern: $0) }
        switch current.completer(LineEditing(text: String(decoding: before, as: UTF8.self), start: start)) {
        case .nothing: return nil
        case .files:
            peta_rl_file_names()
            return nil
        case .words(let words): found = words.map(\.text)
        }
        return rl_completion_matches(text) { _, state in
            if state == 0 { ReadlineEditor.position = 0 }
            guard ReadlineEditor.position < ReadlineEditor.found.count else { return nil }
            defer { ReadlineEditor.position += 1 }
            // The library frees it.
            return strdup(ReadlineEditor.found[ReadlineEditor.position])
        }
    }
}
