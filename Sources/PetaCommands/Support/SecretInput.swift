import Glibc
import PetaAdminAPI

/// Reads a line from the terminal without showing it.
enum SecretInput {
    /// The bytes that were typed, 256 KiB of them at most, without the newline. Throws `Interrupted` at Ctrl-C; the terminal is as before in every case.
    static func prompt(_ words: String, console: Console) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: 256 << 10) { typed, count in
            count = try prompt(words, console: console, into: UnsafeMutableRawBufferPointer(typed))
        }
    }

    /// The same into memory of the caller's; how many bytes it was. What has no room is not taken.
    static func prompt(_ words: String, console: Console, into typed: UnsafeMutableRawBufferPointer) throws -> Int {
        var before = termios()
        guard tcgetattr(console.input, &before) == 0 else { throw AdminError(.failed, "the terminal cannot be switched to hidden input") }
        var hidden = before
        // Without ISIG Ctrl-C arrives as a byte, so that it cannot leave the terminal without echo.
        hidden.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        guard tcsetattr(console.input, TCSAFLUSH, &hidden) == 0 else {
            throw AdminError(.failed, "the terminal cannot be switched to hidden input")
        }
        // Not before: who sees it types, and that must not be shown.
        _ = Console.write(Array(words.utf8), to: console.errors)
        defer {
            tcsetattr(console.input, TCSAFLUSH, &before)
            _ = Console.write([0x0A], to: console.errors)
        }
        var length = 0
        var byte: UInt8 = 0
        while true {
            guard Interrupts.awaitInput(console.input) else { throw Interrupted() }
            let count = Glibc.read(console.input, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return length }
            switch byte {
            case 0x0A, 0x0D: return length
            case 0x03: throw Interrupted()
            case 0x04: return length
            case 0x15: length = 0
            case 0x08, 0x7F:
                // A character may be several bytes; its continuation bytes go first.
                while length > 0 {
                    length -= 1
                    if typed[length] & 0xC0 != 0x80 { break }
                }
            default:
                guard length < typed.count else { continue }
                typed[length] = byte
                length += 1
            }
        }
    }
}
