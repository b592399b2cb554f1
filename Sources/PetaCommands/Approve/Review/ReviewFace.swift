/// What a reviewer sees and types on.
protocol ReviewFace: AnyObject {
    /// Takes the terminal.
    func open() throws
    /// Gives it back as it was. Harmless when called again.
    func close()
    /// Takes it again after this process was stopped, whatever state it is in.
    func resume()
    var size: ReviewSize { get }
    /// Shows how things are. Throws `OutputClosed` when the terminal is gone.
    func show(_ machine: ReviewMachine, _ now: ReviewMoment) throws
    func tell(_ lines: [String]) throws
    /// Forgets everything that was typed and not read.
    func dropInput()
    /// What was typed; nil where no more will come. Call it when input is readable.
    func read() -> [ReviewEvent]?
    /// Bytes are there that need a moment to know what they are; `settle` gives it up.
    var isWaiting: Bool { get }
    func settle() -> [ReviewEvent]
}
