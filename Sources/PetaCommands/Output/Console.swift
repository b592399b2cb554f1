import Glibc

/// The three standard descriptors of a command, and what is known about them. A test puts files in their place.
package struct Console: Sendable {
    let input: Int32
    let output: Int32
    let errors: Int32
    let isInputTerminal: Bool
    let isOutputTerminal: Bool
    let isErrorTerminal: Bool
    /// Columns of the terminal; nil where output is not one: then nothing is cut.
    let width: Int?
    let usesColor: Bool

    /// A console on these descriptors. `variables` is the environment; `width` overrules what the terminal says.
    package init(input: Int32 = 0, output: Int32 = 1, errors: Int32 = 2, variables: [String: String], width: Int? = nil) {
        self.input = input
        self.output = output
        self.errors = errors
        isInputTerminal = isatty(input) == 1
        isOutputTerminal = isatty(output) == 1
        isErrorTerminal = isatty(errors) == 1
        self.width = width ?? (isOutputTerminal ? Self.columns(output) ?? variables["COLUMNS"].flatMap(Int.init) ?? 80 : nil)
        // https://no-color.org: set and not empty.
        let isForbidden = variables["NO_COLOR"].map { !$0.isEmpty } ?? false
        usesColor = isOutputTerminal && !isForbidden && variables["TERM"] != "dumb"
    }

    /// Nobody reads standard output any more.
    var isOutputClosed: Bool {
        var waiting = pollfd(fd: output, events: 0, revents: 0)
        return poll(&waiting, 1, 0) > 0
    }

    /// Writes to standard output. Throws `OutputClosed` when nobody reads it any more.
    func write(_ bytes: [UInt8]) throws {
        guard Self.write(bytes, to: output) else { throw OutputClosed(number: errno) }
    }

    /// Writes a text to standard output.
    func write(_ text: String) throws {
        try write(Array(text.utf8))
    }

    /// Writes a line to standard error. There is nowhere to complain when that fails.
    func note(_ line: String) {
        _ = Self.write(Array((line + "\n").utf8), to: errors)
    }

    /// Writes everything, or returns false with `errno` set.
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { all -> Int in
                let rest = UnsafeRawBufferPointer(rebasing: all[written...])
                return Glibc.write(descriptor, rest.baseAddress, rest.count)
            }
            if count >= 0 {
                written += count
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    private static func columns(_ descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
