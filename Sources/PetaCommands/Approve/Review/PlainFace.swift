import Glibc
import PetaAdminAPI

/// Lines one after the other, for screen readers and terminals that can do no more: nothing on the screen is ever changed.
final class PlainFace: ReviewFace {
    private let console: Console
    private var line: [UInt8] = []
    private var toldRequest: String?
    private var toldMessage = 0
    private var toldLink: ReviewMachine.Link?
    private var toldIdle: String?
    private var isAsking = false
    private var isPrompted = false

    private static let longestLine = 8192

    init(_ console: Console) { self.console = console }

    func open() throws {}

    func close() {
        if isPrompted { _ = Console.write([0x0A], to: console.output) }
        isPrompted = false
    }

    func resume() {}

    var size: ReviewSize { ReviewSize(rows: 24, columns: console.width ?? 80) }

    func show(_ machine: ReviewMachine, _ now: ReviewMoment) throws {
        var text: [String] = []
        if let message = machine.message, message.number != toldMessage {
            toldMessage = message.number
            text.append(message.text)
        }
        if case .lost(let reason) = machine.link, machine.link != toldLink { text.append(ReviewScreen.lost(reason)) }
        if machine.link == .live, case .lost = toldLink { text.append("connected again") }
        if machine.link != .loading { toldLink = machine.link }
        if let shown = machine.current {
            if shown.entry.id != toldRequest {
                toldRequest = shown.entry.id
                text += ["", "Request: " + ReviewScreen.summary(machine, shown.entry, now)]
                text.append(String(shown.document.text.dropLast()))
            }
            toldIdle = nil
        } else {
            toldRequest = nil
            let idle = ReviewScreen.idle(machine)
            if idle != toldIdle { text.append(idle) }
            toldIdle = idle
        }
        // The answer comes in a moment, and only then there is something to ask.
        if machine.isDeciding { return text.isEmpty ? () : try write(text, nil) }
        let asks = machine.isReason
        if !text.isEmpty || asks != isAsking || !isPrompted {
            isAsking = asks
            try write(text, machine)
        }
    }

    func tell(_ lines: [String]) throws {
        try write(lines, nil)
    }

    /// The lines, then the question for what to do.
    private func write(_ lines: [String], _ machine: ReviewMachine?) throws {
        var text = isPrompted ? "\n" : ""
        text += lines.map { $0.hasSuffix("\n") ? $0 : $0 + "\n" }.joined()
        isPrompted = machine != nil
        if let machine {
            let full = machine.current?.isCut ?? false ? "f full, " : ""
            if isAsking {
                text += "Reason, or an empty line to cancel: "
            } else if machine.current != nil {
                text += "a approve, r reject, s skip, d details, \(full)l list, ? help, q quit: "
            } else {
                text += "l list, ? help, q quit: "
            }
        }
        try console.write(text)
    }

    func dropInput() {
        tcflush(console.input, TCIFLUSH)
        line.removeAll()
    }

    func read() -> [ReviewEvent]? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(console.input, &bytes, bytes.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return [] }
        guard count > 0 else { return nil }
        isPrompted = false
        var lines: [ReviewEvent] = []
        for byte in bytes[..<count] {
            if byte == 0x0A {
                lines.append(.line(String(decoding: line, as: UTF8.self)))
                line.removeAll()
            } else if line.count < Self.longestLine {
                line.append(byte)
            }
        }
        return lines
    }

    var isWaiting: Bool { false }

    func settle() -> [ReviewEvent] { [] }
}
