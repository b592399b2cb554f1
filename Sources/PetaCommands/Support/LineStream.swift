import PetaAdminAPI

/// Prints a stream line by line, each written at once: for scripts as it came, for people through a description.
struct LineStream {
    private let session: Session

    init(_ session: Session) {
        self.session = session
    }

    /// Prints one line. `describe` gives the text for people, which it has made safe; nil where it cannot read the line.
    /// Always true: the stream goes on.
    func write(_ line: [UInt8], _ describe: ([UInt8]) -> String?) throws -> Bool {
        switch session.renderer.format {
        case .json:
            try session.console.write((session.console.isOutputTerminal ? Escaped.json(line) : line) + [0x0A])
        case .text:
            let text = describe(line) ?? Escaped.line(String(decoding: line, as: UTF8.self))
            try session.console.write(text + "\n")
        }
        return true
    }
}
