import Glibc

/// Standard output cannot be written to. A closed pipe is no failure: the reader has seen enough.
struct OutputClosed: Error {
    let number: Int32

    var isBrokenPipe: Bool { number == EPIPE }
}
