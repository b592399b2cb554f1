import Glibc

extension Console {
    /// One line of standard input, without its end; what is there of it where the input ends. Throws `Interrupted` at Ctrl-C.
    func readLine() throws(Interrupted) -> String {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < 65_536 {
            guard Interrupts.awaitInput(input) else { throw Interrupted() }
            let count = Glibc.read(input, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1, byte != 0x0A else { break }
            line.append(byte)
        }
        if line.last == 0x0D { line.removeLast() }
        return String(decoding: line, as: UTF8.self)
    }
}
