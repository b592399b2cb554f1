import Glibc
import PetaAdminAPI

/// The whole screen of a terminal, and its keys one by one.
final class ScreenFace: ReviewFace {
    private let console: Console
    private var before = termios()
    private var isOpen = false
    private var keys = KeyReader()
    /// What is on the screen; nil: unknown.
    private var shown: [String]?
    private var shownSize: ReviewSize?

    /// The other screen, no cursor, pastes marked as such; and back.
    private static let enter = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?2004h"
    private static let leave = "\u{1B}[?2004l\u{1B}[?25h\u{1B}[?1049l"

    init(_ console: Console) { self.console = console }

    func open() throws {
        guard tcgetattr(console.input, &before) == 0, takeKeys() else {
            throw AdminError(.failed, "the terminal cannot be switched to single keys", hint: "Use 'peta approve --plain'.")
        }
        isOpen = true
        try console.write(Self.enter)
        shown = nil
    }

    func close() {
        guard isOpen else { return }
        isOpen = false
        _ = Console.write(Array(Self.leave.utf8), to: console.output)
        // What was typed for the reviewer is not meant for the shell.
        tcsetattr(console.input, TCSAFLUSH, &before)
    }

    func resume() {
        _ = takeKeys()
        isOpen = true
        _ = Console.write(Array(Self.enter.utf8), to: console.output)
        shown = nil
        dropInput()
    }

    private func takeKeys() -> Bool {
        var raw = before
        // Without ISIG Ctrl-C and Ctrl-Z arrive as keys: the terminal is given back before anything else happens.
        raw.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG | IEXTEN)
        raw.c_iflag &= ~tcflag_t(IXON | ICRNL | INLCR | ISTRIP | BRKINT)
        withUnsafeMutableBytes(of: &raw.c_cc) { codes in
            codes[Int(VMIN)] = 1
            codes[Int(VTIME)] = 0
        }
        return tcsetattr(console.input, TCSAFLUSH, &raw) == 0
    }

    var size: ReviewSize {
        var size = winsize()
        guard ioctl(console.output, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return ReviewSize(rows: 24, columns: console.width ?? 80)
        }
        return ReviewSize(rows: Int(size.ws_row), columns: Int(size.ws_col))
    }

    func show(_ machine: ReviewMachine, _ now: ReviewMoment) throws {
        let rows = ReviewScreen.rows(machine, now: now).map { $0.style.paint($0.text, usesColor: console.usesColor) }
        var text = ""
        if let shown, shownSize == machine.size {
            for (index, row) in rows.enumerated() where row != shown[index] { text += Self.line(index, row) }
        } else {
            text = "\u{1B}[2J" + rows.enumerated().map { Self.line($0, $1) }.joined()
        }
        (shown, shownSize) = (rows, machine.size)
        if !text.isEmpty { try console.write(text) }
    }

    private static func line(_ index: Int, _ row: String) -> String { "\u{1B}[\(index + 1);1H\u{1B}[K" + row }

    func tell(_ lines: [String]) throws {}

    func dropInput() {
        tcflush(console.input, TCIFLUSH)
        keys.reset()
    }

    func read() -> [ReviewEvent]? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(console.input, &bytes, bytes.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return [] }
        guard count > 0 else { return nil }
        let pressed = keys.feed(bytes[..<count])
        // Something else wrote over the screen.
        if pressed.contains(.redraw) { shown = nil }
        return pressed.map { .key($0) }
    }

    var isWaiting: Bool { keys.isWaiting }

    func settle() -> [ReviewEvent] { keys.giveUp().map { .key($0) } }
}
